#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""two-nodes.py NODE-ANY.PCAP NEAR.PCAP FAR.PCAP SHIFT: what two nodes would
have captured had the DNS server been on another node than its clients.

At the near one stay the clients' interfaces, at the far one the server's and
its way to the upstream; what passes between clients and server is seen at the
uplink of both as well.  The far clock is ahead by SHIFT microseconds.
"""
import struct
import sys

UPLINK, SERVER = 2, 5  # numbers of interfaces in testdata/node-any.pcap
IN, OUT = 0, 4
# How much later, in microseconds, a query is at: the near uplink, the far one,
# the server; and a response at the server, the far uplink, the near one, the
# client.
QUERY = (20, 120, 150)
RESPONSE = (150, 170, 270, 290)


def packets(path):
    with open(path, "rb") as file:
        data = file.read()
    at = 24
    while at < len(data):
        seconds, micros, size, length = struct.unpack_from("<4I", data, at)
        yield seconds * 10**6 + micros, length, data[at + 16:at + 16 + size]
        at += 16 + size


def at_place(packet, interface, direction):
    """The same packet with another LINUX_SLL2 header."""
    return (packet[:4] + struct.pack(">I", interface) + packet[8:10] +
            bytes([direction]) + packet[11:])


def is_between(packet):
    """IPv4 between pods: 10.244 on both sides."""
    return packet[32:34] == packet[36:38] == b"\x0a\xf4"


def split(path):
    near, far = [], []
    for time, length, packet in packets(path):
        interface = struct.unpack_from(">I", packet, 4)[0]
        if interface not in (UPLINK, SERVER):
            is_answer = packet[10] == OUT
            near.append((time + (RESPONSE[3] if is_answer else 0), length,
                         packet))
            continue
        far.append((time + QUERY[2], length, packet))
        if interface == UPLINK or not is_between(packet):
            continue
        if packet[10] == OUT:
            steps, ways = QUERY, (OUT, IN)
        else:
            steps, ways = (RESPONSE[2], RESPONSE[1]), (IN, OUT)
        near.append((time + steps[0], length,
                     at_place(packet, UPLINK, ways[0])))
        far.append((time + steps[1], length,
                    at_place(packet, UPLINK, ways[1])))
    return sorted(near), sorted(far)


def write(path, header, rows, shift):
    with open(path, "wb") as file:
        file.write(header)
        for time, length, packet in rows:
            time += shift
            file.write(struct.pack("<4I", time // 10**6, time % 10**6,
                                   len(packet), length) + packet)


def main():
    source, near_path, far_path, shift = sys.argv[1:]
    near, far = split(source)
    with open(source, "rb") as file:
        header = file.read(24)
    write(near_path, header, near, 0)
    write(far_path, header, far, int(shift))


main()
