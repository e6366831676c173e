#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes a capture of a node that asks Azure's DNS more than it may.

    burst.py CALM CALM-LOST BUSY BUSY-LOST >x.pcap

Of ten seconds every other one has BUSY queries, of which BUSY-LOST are not
answered, and the others have CALM and CALM-LOST.  A last query comes 20 s
later, so that what nobody answered is decided.
"""

import sys

import packets

NODE, AZURE = "10.224.0.4", "168.63.129.16"


def packet(number, is_response):
    ends = [(NODE, 20000 + number % 40000), (AZURE, 53)]
    question = "n%04d.example." % (number % 10000), packets.A
    if not is_response:
        return packets.udp(*ends, packets.message(number, packets.QUERY,
                                                  question))
    answer = [packets.address_record("203.0.113.1", 60)]
    return packets.udp(*ends[::-1], packets.message(number, packets.RESPONSE,
                                                    question, answer))


def main():
    calm, calm_lost, busy, busy_lost = (int(word) for word in sys.argv[1:])
    frames, number = [], 0
    for second in range(10):
        count, lost = (busy, busy_lost) if second % 2 else (calm, calm_lost)
        for i in range(count):
            at = second * 1000000 + i * 900000 // count
            frames.append((at, number, 0))
            if i >= lost:
                frames.append((at + 300, number, 1))
            number += 1
    frames += [(30000000, number, 0), (30000300, number, 1)]
    packets.write_pcap(sys.stdout.buffer, packets.RAW_IPV4,
                       [(at, packet(*which)) for at, *which in sorted(frames)])


if __name__ == "__main__":
    main()
