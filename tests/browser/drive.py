#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Opens pages in headless Chromium and tries what a reader would.

    drive.py CHROMIUM PROFILE-FOLDER PAGE...

Speaks the DevTools protocol through pipes: messages of JSON that end in NUL.
Says what is wrong, and how long each page took to load; status 1 if any is.
"""
import json
import os
import pathlib
import select
import subprocess
import sys
import time

PATIENCE = 20  # seconds for one answer


class Browser:
    def __init__(self, program, profile):
        theirs_in, self.out = os.pipe()
        self.into, theirs_out = os.pipe()
        command = [program, "--headless", "--remote-debugging-pipe",
                   "--user-data-dir=" + profile, "--disable-gpu",
                   "--no-first-run", "--disable-dev-shm-usage",
                   "--window-size=1280,900"]
        if os.geteuid() == 0:
            command.append("--no-sandbox")
        # The shell puts the pipes where Chromium looks for them.
        script = 'exec "$@" 3<&%d 4>&%d' % (theirs_in, theirs_out)
        self.process = subprocess.Popen(
            ["sh", "-c", script, "sh"] + command,
            pass_fds=(theirs_in, theirs_out), stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self.rest, self.last, self.session, self.events = b"", 0, None, []
        target = self.call("Target.createTarget", url="about:blank")
        self.session = self.call("Target.attachToTarget", flatten=True,
                                 targetId=target["targetId"])["sessionId"]
        for domain in ("Runtime", "Log", "Page"):
            self.call(domain + ".enable")

    def read(self):
        end = time.monotonic() + PATIENCE
        while b"\0" not in self.rest:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.into], [], [], left)[0]:
                raise SystemExit("chromium does not answer")
            part = os.read(self.into, 1 << 16)
            if not part:
                raise SystemExit("chromium ended")
            self.rest += part
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **params):
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise SystemExit("%s: %s" % (method, answer["error"]))
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        while all(e.get("method") != method for e in self.events):
            self.events.append(self.read())

    def load(self, path):
        """Seconds until the page was loaded."""
        self.events = []
        begin = time.monotonic()
        self.call("Page.navigate", url=pathlib.Path(path).as_uri())
        self.wait("Page.loadEventFired")
        return time.monotonic() - begin

    def run(self, script):
        result = self.call("Runtime.evaluate", expression=script,
                           returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise SystemExit("%s\n%s" % (script, result["exceptionDetails"]))
        return result["result"].get("value")

    def complaints(self):
        """What a developer would see in the console."""
        kinds = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled",
                 "Log.entryAdded", "Page.javascriptDialogOpening")
        return [e for e in self.events if e.get("method") in kinds]

    def close(self):
        self.session = None
        self.call("Browser.close")
        self.process.wait(PATIENCE)


# Each gives a text that says what is wrong, or nothing.
SORTING = """(() => {
    const table = Array.from(document.querySelectorAll("table")).find(
        (t) => t.querySelector("th.n button") && t.tBodies[0].rows.length > 2);
    if (!table)
        return "no table can be sorted";
    const heading = table.querySelector("th.n:has(button)");
    const read = () => Array.from(table.tBodies[0].rows, (row) => {
        const text = row.cells[heading.cellIndex].textContent;
        const unit = /[a-z%\\u00b5]*$/.exec(text)[0];
        return parseFloat(text) * ({ ns: 1e-9, "\\u00b5s": 1e-6, ms: 1e-3 }[unit]
            || 1);
    }).filter((value) => !isNaN(value));
    const is = (order) => heading.getAttribute("aria-sort") === order;
    const all = read().sort((a, b) => a - b).join();
    heading.querySelector("button").click();
    if (read().join() !== all || !is("ascending"))
        return "not sorted: " + read();
    heading.querySelector("button").click();
    if (read().reverse().join() !== all || !is("descending"))
        return "not sorted backwards: " + read();
    if (table.querySelectorAll("[aria-sort]").length !== 1)
        return "sorted by more than one column";
})()"""

FILTER = """(() => {
    const input = document.querySelector(".filter input");
    if (!input)
        return;
    const table = input.parentElement.nextElementSibling.querySelector("table");
    const rows = Array.from(table.tBodies[0].rows);
    const word = rows[1].cells[0].textContent.trim().toLowerCase();
    const type = (text) => {
        input.value = text;
        input.dispatchEvent(new Event("input"));
        return rows.filter((row) => row.offsetParent !== null).length;
    };
    const wanted = rows.filter((row) =>
        row.textContent.toLowerCase().includes(word)).length;
    if (type(word.toUpperCase()) !== wanted)
        return "the filter shows other rows than those with " + word;
    const status = input.parentElement.querySelector("[role=status]");
    if (!status.textContent.startsWith(wanted + " of "))
        return "the filter says " + status.textContent;
    if (type("no row has this") !== 0 || type("") !== rows.length)
        return "the filter does not come back";
})()"""

COPYING = """(async () => {
    const details = document.querySelector("td.e details");
    if (!details)
        return;
    details.open = true;
    await new Promise((done) => setTimeout(done, 50));
    const button = details.querySelector("code + button");
    if (!button)
        return "no button to copy with";
    button.click();
    await new Promise((done) => setTimeout(done, 200));
    if (!/Copied|Selected/.test(button.textContent))
        return "nothing was copied";
    if (getSelection().toString() !==
            details.querySelector("code").textContent)
        return "something else is selected: " + getSelection();
})()"""

VERDICT = """(async () => {
    const verdict = document.querySelector("#verdict");
    if (!verdict.querySelector(".verdict .outcome + .lead"))
        return "the verdict is not said";
    if (verdict.querySelector("table, .sort, .filter"))
        return "the verdict has a table";
    for (const code of verdict.querySelectorAll(".line > code"))
        if (!code.nextElementSibling?.matches("button.copy"))
            return "no button to copy " + code.textContent;
    const few = Array.from(document.querySelectorAll(".filter + .scroll tbody"))
        .filter((body) => body.rows.length < 10);
    if (few.length > 0)
        return "a filter for " + few[0].rows.length + " rows";
})()"""

# Of what wraps nothing is wider than its place.
CUT = """(() => {
    const parts = document.querySelectorAll("#verdict *, #captures *");
    for (const part of parts)
        if (!part.closest(".scroll") &&
                (part.getBoundingClientRect().right > innerWidth ||
                 (part.scrollWidth > part.clientWidth + 1 &&
                  getComputedStyle(part).display !== "inline")))
            return "is cut off at " + innerWidth + ": " + part.textContent;
})()"""

OWNED = """(() => {
    if (window.owned !== undefined || document.querySelector("img"))
        return "the capture ran a script or made elements";
    if (document.scripts.length !== 1 || document.title !== "DNS report")
        return "the page is not ours any more";
})()"""

OVERFLOW = """(() => {
    const width = document.documentElement.scrollWidth;
    if (width > innerWidth)
        return "is " + width + " wide on a screen of " + innerWidth;
})()"""

NAMED = """(() => {
    for (const svg of document.querySelectorAll("figure > .scroll > svg"))
        if (!svg.querySelector("title").textContent ||
                !svg.querySelector("desc").textContent)
            return "a figure has no words";
    for (const button of document.querySelectorAll("button"))
        if (button.tabIndex !== 0 || !button.textContent)
            return "a button that keys cannot reach";
})()"""

BACKGROUND = "getComputedStyle(document.body).backgroundColor"


def try_page(browser, path):
    seconds = browser.load(path)
    print("%s: loaded in %.2f s" % (os.path.basename(path), seconds))
    wrong = [browser.run(s) for s in (SORTING, FILTER, COPYING, VERDICT,
                                         NAMED, OWNED)]
    light = browser.run(BACKGROUND)
    browser.call("Emulation.setEmulatedMedia", features=[
        {"name": "prefers-color-scheme", "value": "dark"}])
    if browser.run(BACKGROUND) == light:
        wrong.append("is not dark in the dark")
    browser.call("Emulation.setEmulatedMedia", features=[])
    for width in (1200, 800, 360):
        browser.call("Emulation.setDeviceMetricsOverride", width=width,
                     height=740, deviceScaleFactor=2, mobile=width == 360)
        wrong += [browser.run(OVERFLOW), browser.run(CUT)]
    browser.call("Emulation.clearDeviceMetricsOverride")
    rows = browser.run("document.querySelectorAll('tr').length")
    wrong += [json.dumps(e) for e in browser.complaints()]
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.load(path)
    wrong += [browser.run(OWNED)]
    if browser.run("document.querySelectorAll('tr').length") != rows:
        wrong.append("has other rows without its script")
    if browser.run("document.querySelector('button') !== null"):
        wrong.append("has buttons without a script")
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    return ["%s: %s" % (os.path.basename(path), w) for w in wrong if w]


def main():
    browser = Browser(sys.argv[1], sys.argv[2])
    wrong = []
    for path in sys.argv[3:]:
        wrong += try_page(browser, path)
    browser.close()
    print("\n".join(wrong))
    sys.exit(bool(wrong))


main()
