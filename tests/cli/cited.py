#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs what a page says saves a finding's packets, and looks into the result.

    cited.py PROGRAM [--] CAPTURE...

"a|b" are two captures that are read together.  Of each the page (--format html)
is made.  The command of each finding goes through a shell as it is printed;
each frame that the finding cites must be in the file that it writes, which
tells of each packet where it comes from.
"""
import html
import os
import re
import struct
import subprocess
import sys
import tempfile

PACKET, COMMENT = 6, 1


def comments(path):
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if kind == PACKET:
            captured, = struct.unpack_from("<I", data, at + 20)
            option = at + 28 + (captured + 3) // 4 * 4
            while option < at + size - 4:
                code, length = struct.unpack_from("<HH", data, option)
                if code == COMMENT:
                    yield data[option + 4:option + 4 + length].decode()
                option += 4 + (length + 3) // 4 * 4
        at += size


def page_of(program, words):
    return subprocess.run([program, "report", "--step", "verdict",
                           "--format", "html", *words],
                          check=True, capture_output=True,
                          encoding="utf-8").stdout


def findings(page):
    for card in re.findall(r'<article class="finding.*?</article>', page, re.S):
        frames = re.search(r"<dt>Frames</dt><dd>(.*?)</dd>", card, re.S)
        saves = re.search(r"<dt>Save the packets</dt>.*?<code>(.*?)</code>",
                          card, re.S)
        if frames:
            yield (html.unescape(frames.group(1)).split(),
                   html.unescape(saves.group(1)) if saves else None)


def run(program, command, folder):
    """As typed, but with this program and another place for the output."""
    script = command.replace(" -w evidence.pcapng ", ' -w "$OUT" ', 1)
    out = os.path.join(folder, "out.pcapng")
    if os.path.exists(out):
        os.unlink(out)
    done = subprocess.run(
        ["bash", "-c", 'dnsforensics() { "$PROGRAM" "$@"; }\n' + script],
        env=dict(os.environ, PROGRAM=program, OUT=out), capture_output=True,
        encoding="utf-8", stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        return None, done.stderr.strip()
    return {text.split(": ", 1)[0] for text in comments(out)}, None


def check(program, words, folder):
    wrong, count = [], 0
    for cited, command in findings(page_of(program, words)):
        if command is None:
            wrong.append("no command for " + " ".join(cited))
            continue
        have, trouble = run(program, command, folder)
        count += 1
        if have is None:
            wrong.append(f"{command}: {trouble}")
            continue
        # of one capture a page leaves out the name
        numbers = {frame[frame.rindex("#"):] for frame in have}
        wrong += [f"{command}: lacks {frame}" for frame in cited
                  if frame not in (numbers if frame[0] == "#" else have)]
    return wrong, count


def main():
    program, total, failed = sys.argv[1], 0, False
    with tempfile.TemporaryDirectory() as folder:
        captures = sys.argv[2:]
        for capture in captures[captures[:1] == ["--"]:]:
            wrong, count = check(program, ["--", *capture.split("|")], folder)
            total += count
            for line in wrong:
                failed = True
                print(f"{capture}: {line}")
    print(f"{total} commands of findings bring what they cite")
    return failed or total == 0


if __name__ == "__main__":
    sys.exit(main())
