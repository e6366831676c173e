#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes a capture of queries and their answers, one a line.

    exchanges.py [START] <LINES >x.pcap

A line is CLIENT SERVER NAME RCODE, and, each "-" for none, ADDRESS and EDE: the
address is answered, the extended error is told.  RCODE "-" is no answer, one
with a "+" has AA.  A line a second, from START, in seconds since 1970.
"""

import struct
import sys

import packets


def response(number, question, rcode, address, error):
    flags = packets.RESPONSE | int(rcode.rstrip("+")) \
        | (0x0400 if "+" in rcode else 0)
    answers, opt = [], []
    if address != "-":
        answers = [packets.address_record(address, 5)]
    if error != "-":
        opt = [struct.pack("!BHHIHHHH", 0, 41, 1232, 0, 6, 15, 2, int(error))]
    return packets.message(number, flags, question, answers, opt)


def main():
    start = int(sys.argv[1]) if len(sys.argv) > 1 else 1700000000
    frames = []
    for number, line in enumerate(sys.stdin, 1):
        client, server, name, rcode, address, error = line.split()
        ends = (client, 20000 + number), (server, 53)
        question = name, packets.A
        at = number * 1000000
        frames.append((at, packets.udp(*ends, packets.message(
            number, packets.QUERY, question))))
        if rcode != "-":
            frames.append((at + 900, packets.udp(*ends[::-1], response(
                number, question, rcode, address, error))))
    packets.write_pcap(sys.stdout.buffer, packets.RAW_IPV4, frames, start)


if __name__ == "__main__":
    main()
