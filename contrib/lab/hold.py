#!/usr/bin/env python3
"""Holds back what iptables hands to a queue, for a fixed time.

    hold.py QUEUE MS

Between the two interfaces of a packet that is forwarded, or between a pod's
interface and its process, there is no cable to be long: here the kernel
itself takes its time, as on a node short of CPU.  Stays until it is killed.
"""

import collections
import select
import socket
import struct
import sys
import time

NETLINK_NETFILTER = 12
NFQNL_PACKET, NFQNL_VERDICT, NFQNL_CONFIG = 0x300, 0x301, 0x302
NLM_F_REQUEST, NLM_F_ACK = 1, 4
NFQA_PACKET_HDR, NFQA_VERDICT_HDR = 1, 2
NFQA_CFG_CMD, NFQA_CFG_PARAMS = 1, 2
BIND, COPY_META, ACCEPT = 1, 1, 1
NLMSG_ERROR = 2


def attribute(kind, value):
    return struct.pack("=HH", 4 + len(value), kind) + value + \
        b"\0" * (-len(value) % 4)


def message(kind, queue, body, flags=NLM_F_REQUEST):
    body = struct.pack("!BBH", socket.AF_UNSPEC, 0, queue) + body
    return struct.pack("=IHHII", 16 + len(body), kind, flags, 0, 0) + body


def configure(sock, queue, body):
    sock.send(message(NFQNL_CONFIG, queue, body, NLM_F_REQUEST | NLM_F_ACK))
    kind, error = struct.unpack_from("=4xH10xi", sock.recv(65536))
    if kind != NLMSG_ERROR or error:
        sys.exit(f"queue {queue}: the kernel refuses it: error {-error}")


def packets(data):
    """The number of each packet in what the kernel sent."""
    while len(data) >= 16:
        size, kind = struct.unpack_from("=IH", data)
        attributes = data[20:size] if kind == NFQNL_PACKET else b""
        while len(attributes) >= 4:
            length, code = struct.unpack_from("=HH", attributes)
            if code & 0x3FFF == NFQA_PACKET_HDR:
                yield attributes[4:8]
            attributes = attributes[length + -length % 4:]
        data = data[size + -size % 4:]


def main():
    queue, delay = int(sys.argv[1]), float(sys.argv[2]) / 1000
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                         NETLINK_NETFILTER)
    sock.bind((0, 0))
    configure(sock, queue, attribute(NFQA_CFG_CMD,
                                     struct.pack("!BxH", BIND, 0)))
    configure(sock, queue, attribute(NFQA_CFG_PARAMS,
                                     struct.pack("!IB", 0, COPY_META)))
    print("ready", flush=True)

    due = collections.deque()   # (when, packet)
    while True:
        wait = max(0, due[0][0] - time.monotonic()) if due else None
        if select.select([sock], [], [], wait)[0]:
            when = time.monotonic() + delay
            due.extend((when, packet) for packet in packets(sock.recv(65536)))
        while due and due[0][0] <= time.monotonic():
            verdict = struct.pack("!I", ACCEPT) + due.popleft()[1]
            sock.send(message(NFQNL_VERDICT, queue,
                              attribute(NFQA_VERDICT_HDR, verdict)))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
