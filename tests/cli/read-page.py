#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Reads a page of --format html and says what is wrong with it.

    read-page.py PAGE

Balanced tags, no attribute or element that runs or fetches anything, hashes of
the policy that are right, names for tables and figures.
"""
import base64
import hashlib
import re
import sys
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br", "hr", "input"}
KNOWN = VOID - {"link", "img"} | set(
    "html head title style body a header h1 h2 h3 h4 p nav ul li main section div "
    "dl dt dd table caption thead tbody tr th td span b code details summary "
    "figure figcaption article footer script svg desc defs pattern rect path "
    "text circle".split())


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.wrong, self.ids, self.needed = [], [], set(), set()
        self.texts = {"script": [], "style": [], "title": []}
        self.policy, self.rows = None, 0

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag not in KNOWN:
            self.wrong.append("element " + tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attributes:
            self.look_at(tag, name, value or "")
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        if tag == "th" and given.get("scope") != "col":
            self.wrong.append("th without scope")
        if tag == "svg" and not (given.get("role") == "img" or
                                 given.get("aria-hidden") == "true"):
            self.wrong.append("svg without role")
        self.rows += tag == "tr"

    def look_at(self, tag, name, value):
        if name.startswith("on") or name in ("style", "src", "srcset"):
            self.wrong.append("attribute %s of %s" % (name, tag))
        if name == "href" and not value.startswith("#"):
            self.wrong.append("link to " + value)
        if name == "id":
            if value in self.ids:
                self.wrong.append("twice id " + value)
            self.ids.add(value)
        if name == "aria-labelledby":
            self.needed.update(value.split())
        if name == "href":
            self.needed.add(value[1:])

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append("end of " + tag)

    def handle_data(self, data):
        if self.open and self.open[-1] in self.texts:
            self.texts[self.open[-1]].append(data)


def sha256(text):
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode()


def check_policy(page):
    for kind in ("script", "style"):
        texts = page.texts[kind]
        if len(texts) != 1:
            page.wrong.append("%d times %s" % (len(texts), kind))
        elif "%s-src '%s'" % (kind, sha256(texts[0])) not in page.policy:
            page.wrong.append("hash of " + kind)
    if not page.policy.startswith("default-src 'none';"):
        page.wrong.append("policy " + page.policy)
    if re.search(r"@import|url\((?!#)", page.texts["style"][0]):
        page.wrong.append("style that fetches")


def main():
    with open(sys.argv[1], encoding="utf-8", errors="strict") as file:
        text = file.read()
    page = Page()
    page.feed(text)
    page.close()
    check_policy(page)
    if page.open:
        page.wrong.append("open: " + " ".join(page.open))
    if page.needed - page.ids:
        page.wrong.append("no id: " + " ".join(page.needed - page.ids))
    odd = re.findall("[\0-\10\13-\37\177-\237\u00ad\u200b-\u200f\u2028-\u202e"
                     "\u2060-\u206f\ufeff]", text)
    if odd:
        page.wrong.append("characters %r" % odd)
    print("\n".join(page.wrong))
    sys.exit(bool(page.wrong))


main()
