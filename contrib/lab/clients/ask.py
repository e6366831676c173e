#!/usr/bin/env python3
"""Asks DNS questions the way no ordinary client can be told to.

Several questions in one TCP segment, a chosen id and source port, IPv6
extension headers, tiny segments, link-local multicast.  Standard library
only; runs inside the lab's namespaces.
"""

import argparse
import random
import socket
import struct
import sys
import time

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15,
         "TXT": 16, "AAAA": 28, "SRV": 33, "ANY": 255, "HTTPS": 65}

MULTICAST_TIMEOUT = 3


def wire_name(name):
    labels = [part for part in name.rstrip(".").split(".") if part]
    return b"".join(bytes([len(part)]) + part.encode() for part in labels) \
        + b"\0"


def record(name, rtype, rclass, ttl, data):
    return wire_name(name) + struct.pack("!HHIH", rtype, rclass, ttl,
                                         len(data)) + data


def query(spec, ident, bufsize=0, flags=0x0100, qclass=1):
    """The message that asks NAME or NAME/TYPE."""
    name, _, rtype = spec.partition("/")
    message = struct.pack("!6H", ident, flags, 1, 0, 0, 1 if bufsize else 0)
    message += wire_name(name) + struct.pack("!2H", TYPES[rtype or "A"],
                                             qclass)
    if bufsize:
        message += b"\0" + struct.pack("!HHIH", 41, bufsize, 0, 0)
    return message


def response(request, answers, flags=0x8400):
    """A response that does not repeat the question, as in mDNS."""
    return request[:2] + struct.pack("!5H", flags, 0, len(answers), 0, 0) \
        + b"".join(answers)


def make_socket(args, kind):
    family, _, _, _, address = socket.getaddrinfo(
        args.server, args.server_port, type=kind)[0]
    sock = socket.socket(family, kind)
    sock.settimeout(args.timeout)
    if args.mss:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, args.mss)
    padding = struct.pack("!BBBB4x", 0, 0, 1, 4)   # one PadN of six bytes
    if args.dstopts:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_DSTOPTS, padding)
    if args.hopopts:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_HOPOPTS, padding)
    if args.port:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("::" if family == socket.AF_INET6 else "", args.port))
    sock.connect(address)
    return sock


def ident_of(args):
    return args.id if args.id is not None else random.randrange(65536)


def ask_udp(args):
    sock = make_socket(args, socket.SOCK_DGRAM)
    for _ in range(args.times):
        for name in args.names:
            sock.send(query(name, ident_of(args), args.bufsize))
            try:
                print(name, len(sock.recv(65535)))
            except OSError as error:
                print(name, error)
            time.sleep(args.pause)


def read_exactly(sock, count):
    data = b""
    while len(data) < count:
        part = sock.recv(count - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def ask_tcp(args):
    sock = make_socket(args, socket.SOCK_STREAM)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    messages = []
    for name in args.names * args.times:
        message = query(name, ident_of(args), args.bufsize)
        messages.append(struct.pack("!H", len(message)) + message)
    if not args.pause:
        messages = [b"".join(messages)]
    for message in messages:
        sock.sendall(message)
        for _ in range(1 if args.pause else len(args.names) * args.times):
            size = struct.unpack("!H", read_exactly(sock, 2))[0]
            print(len(read_exactly(sock, size)))
        time.sleep(args.pause)
    sock.close()


def multicast_socket(port, group, address):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("", port))
    member = socket.inet_aton(group) + socket.inet_aton(address)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                    socket.inet_aton(address))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    sock.settimeout(MULTICAST_TIMEOUT)
    return sock


def multicast(args):
    """mDNS (RFC 6762) and LLMNR (RFC 4795) between two hosts of a link.

    --answer plays the host that owns the names, else the one that asks.
    """
    mine = args.server
    data = socket.inet_aton("192.168.77.2")
    mdns = multicast_socket(5353, "224.0.0.251", mine)
    llmnr = multicast_socket(5355, "224.0.0.252", mine)
    group = ("224.0.0.251", 5353)
    if args.answer:
        print("ready", flush=True)
        for _ in range(2):      # one asked by multicast, one with QU
            request, peer = mdns.recvfrom(9000)
            # 0x8001: the cache-flush bit and class IN
            reply = response(b"\0\0", [record("printer.local", 1, 0x8001,
                                              120, data)])
            wants_unicast = request[-2] & 0x80
            mdns.sendto(reply, peer if wants_unicast else group)
        request, peer = llmnr.recvfrom(9000)
        llmnr.sendto(request[:2] + struct.pack("!5H", 0x8000, 1, 1, 0, 0)
                     + request[12:] + record("printer", 1, 1, 30, data), peer)
        # Unasked: an announcement, as at start-up.
        mdns.sendto(response(b"\0\0", [record("printer.local", 1, 0x8001,
                                              120, data)]), group)
        return
    mdns.sendto(query("printer.local", 0, flags=0), group)
    mdns.recvfrom(9000)
    mdns.sendto(query("printer.local", 0, flags=0, qclass=0x8001), group)
    mdns.recvfrom(9000)
    mdns.sendto(query("nobody.local/AAAA", 0, flags=0), group)
    asker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asker.bind((mine, 0))
    asker.settimeout(MULTICAST_TIMEOUT)
    asker.sendto(query("printer", 0x1a2b, flags=0), ("224.0.0.252", 5355))
    asker.recvfrom(9000)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tcp", action="store_true",
                        help="all questions in one segment, or one after "
                        "another with --pause")
    parser.add_argument("--multicast", action="store_true",
                        help="SERVER is one's own address")
    parser.add_argument("--answer", action="store_true")
    parser.add_argument("--server-port", type=int, default=53)
    parser.add_argument("--port", type=int, default=0, help="one's own port")
    parser.add_argument("--id", type=int)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--pause", type=float, default=0, metavar="SECONDS")
    parser.add_argument("--timeout", type=float, default=5)
    parser.add_argument("--bufsize", type=int, default=0, help="with EDNS")
    parser.add_argument("--mss", type=int, default=0)
    parser.add_argument("--dstopts", action="store_true")
    parser.add_argument("--hopopts", action="store_true")
    parser.add_argument("server")
    parser.add_argument("names", nargs="*", metavar="NAME[/TYPE]")
    args = parser.parse_args()
    if args.multicast:
        multicast(args)
    elif args.tcp:
        ask_tcp(args)
    else:
        ask_udp(args)


if __name__ == "__main__":
    sys.exit(main())
