#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes a capture of names and texts that would break out of a page.

    hostile.py OUT.pcap

Queries for them, each with a SERVFAIL whose extended error says the same.
"""
import struct
import sys

WORDS = [
    b"<script>owned=1</script>",
    b"<img src=x onerror=owned=1>",
    b"\"onmouseover=\"owned=1",
    b"' onfocus='owned=1' autofocus='",
    b"</table></style><h1>owned",
    b"--><svg onload=owned=1>",
    b"`|*_[a](javascript:owned=1)",
    b"&lt;b&gt;&#60;i&#62;&amp;",
    b"\xe2\x80\xaegnirts\xe2\x81\xa6 bidi",
    b"\xff\xfe\xc3( not UTF-8",
    b"\x1b[31mred\r\n\t\x00\x07",
    b"=HYPERLINK(\"http://example\")",
    b"${owned=1}{{owned=1}}",
]


def message(number, word, is_response):
    question = bytes([len(word)]) + word + b"\x07example\x00" + b"\0\1\0\1"
    if not is_response:
        return struct.pack(">6H", number, 0x100, 1, 0, 0, 0) + question
    error = struct.pack(">2H", 15, len(word) + 2) + struct.pack(">H", 22) + word
    edns = b"\0" + struct.pack(">2HIH", 41, 1232, 0, len(error)) + error
    return struct.pack(">6H", number, 0x8182, 1, 0, 0, 1) + question + edns


def packet(second, payload, is_response):
    client, server = (b"\x0a\0\0\5", 40000), (b"\x0a\0\0\x0a", 53)
    source, target = (server, client) if is_response else (client, server)
    udp = struct.pack(">4H", source[1], target[1], 8 + len(payload), 0)
    ip = struct.pack(">2B3H2BH", 0x45, 0, 28 + len(payload), 7, 0, 64, 17, 0)
    data = ip + source[0] + target[0] + udp + payload
    return struct.pack("<4I", 1000000 + second, 0, len(data), len(data)) + data


def main():
    with open(sys.argv[1], "wb") as out:
        out.write(struct.pack("<I2H4I", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
        for number, word in enumerate(WORDS):
            out.write(packet(number, message(number, word, False), False))
            out.write(packet(number, message(number, word, True), True))


main()
