#!/usr/bin/env python3
"""A cable between two network namespaces, with the faults of a real one.

Both ends are tap (or, with --tun, tun) devices that this program makes and
moves into the namespaces; what comes in at one end goes out at the other,
late, twice, in another order or not at all.  A stand-in for netem, sch_vlan
and friends which needs nothing of the kernel but /dev/net/tun, so that the
lab runs on kernels built without them.  Stays until it is killed.
"""

import argparse
import fcntl
import heapq
import os
import select
import signal
import struct
import subprocess
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_TAP, IFF_NO_PI = 1, 2, 0x1000


def make_end(spec, mode):
    """Make the device of NAMESPACE:DEVICE and hand back its descriptor."""
    namespace, device = spec.split(":")
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH", device.encode(),
                                           mode | IFF_NO_PI))
    subprocess.run(["ip", "link", "set", device, "netns", namespace],
                   check=True)
    return fd


def tcp_payload(frame, mode):
    """How many bytes of TCP payload an IPv4 frame carries."""
    if mode == IFF_TAP:
        if frame[12:14] != b"\x08\x00":
            return 0
        frame = frame[14:]
    if len(frame) < 40 or frame[0] >> 4 != 4 or frame[9] != 6:
        return 0
    ip_header = (frame[0] & 15) * 4
    total = struct.unpack("!H", frame[2:4])[0]
    return total - ip_header - (frame[ip_header + 12] >> 4) * 4


def vlan_tags(numbers):
    """The bytes between the addresses and the type of a tagged frame."""
    numbers = [int(part) for part in numbers.split(",") if part]
    types = [0x88A8] * (len(numbers) - 1) + [0x8100]
    return b"".join(struct.pack("!HH", kind, number)
                    for kind, number in zip(types, numbers))


def checksum(header):
    total = sum(struct.unpack("!%dH" % (len(header) // 2), header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def in_ipv4(frame, protocol, payload):
    """The payload between 10.225.0.1 and .2, with that frame's addresses."""
    header = struct.pack("!BBHHHBBH4B4B", 0x45, 0, 20 + len(payload), 0, 0,
                         64, protocol, 0, 10, 225, 0, 1, 10, 225, 0, 2)
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    return frame[:12] + b"\x08\x00" + header + payload


def in_udp(port, payload):
    return struct.pack("!HHHH", 50000, port, 8 + len(payload), 0) + payload


class Tunnels:
    """Wraps frames, in one kind of tunnel after the other."""

    def __init__(self, kinds):
        self.kinds = kinds
        self.sequence = 0

    def next(self, *_):
        self.kinds = self.kinds[1:]

    def wrap(self, frame):
        kind = frame[12:14]
        if kind not in (b"\x08\x00", b"\x86\xdd"):
            return frame
        return getattr(self, self.kinds[0])(frame, kind)

    def gre(self, frame, kind):
        """With a key, IP in it (RFC 2784, RFC 2890)."""
        return in_ipv4(frame, 47, struct.pack("!H2sI", 0x2000, kind, 77) +
                       frame[14:])

    def erspan(self, frame, _):
        """Type II, session 5, numbered, as mirrors of switches send it."""
        self.sequence += 1
        return in_ipv4(frame, 47, struct.pack(
            "!HHIHHI", 0x1000, 0x88BE, self.sequence, 0x1000, 5, 0) + frame)

    def geneve(self, frame, _):
        """Network 300, with an option that is not critical (RFC 8926)."""
        return in_ipv4(frame, 17, in_udp(6081, struct.pack(
            "!BBHIHBBI", 2, 0, 0x6558, 300 << 8, 0x0102, 0x03, 1, 0) + frame))

    def ip(self, frame, kind):
        """IPv4 or IPv6 in IPv4 (RFC 2003, RFC 4213)."""
        return in_ipv4(frame, 4 if kind == b"\x08\x00" else 41, frame[14:])


def put(fd, frame):
    try:
        os.write(fd, frame)
    except OSError:
        pass    # that end is not up (yet)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("near", help="NAMESPACE:DEVICE")
    parser.add_argument("far", help="NAMESPACE:DEVICE")
    parser.add_argument("--tun", action="store_true",
                        help="IP packets, no Ethernet")
    parser.add_argument("--delay", type=float, default=0, metavar="MS",
                        help="delay in each direction")
    parser.add_argument("--twice", action="store_true",
                        help="each frame from far to near comes twice")
    parser.add_argument("--swap", type=int, default=0, metavar="N",
                        help="each Nth TCP segment with data, from far to "
                        "near, is overtaken by the next ones")
    parser.add_argument("--lose", type=int, default=0, metavar="N",
                        help="each Nth TCP segment with data, from far to "
                        "near, is lost")
    parser.add_argument("--mirror", metavar="NAMESPACE:DEVICE",
                        help="what comes in at either end also goes out "
                        "there, as at the monitor port of a switch")
    parser.add_argument("--tags", default="", metavar="[OUTER,]VLAN",
                        help="VLAN tags of the frames at the mirror")
    parser.add_argument("--tunnels", default="", metavar="KIND,...",
                        help="IP frames at the mirror are in a tunnel: gre, "
                        "erspan, geneve, ip; SIGUSR1 begins with the next")
    args = parser.parse_args()

    mode = IFF_TUN if args.tun else IFF_TAP
    near, far = make_end(args.near, mode), make_end(args.far, mode)
    mirror = make_end(args.mirror, mode) if args.mirror else None
    tags = vlan_tags(args.tags)
    tunnels = Tunnels(args.tunnels.split(","))
    signal.signal(signal.SIGUSR1, tunnels.next)
    print("ready", flush=True)

    due = []            # (when, order, descriptor, frame)
    order = segments = 0
    while True:
        now = time.monotonic()
        while due and due[0][0] <= now:
            _, _, fd, frame = heapq.heappop(due)
            put(fd, frame)
        wait = max(0, due[0][0] - now) if due else None
        for fd in select.select([near, far], [], [], wait)[0]:
            try:
                frame = os.read(fd, 65536)
            except OSError:
                continue
            if mirror:
                seen = tunnels.wrap(frame) if args.tunnels else frame
                put(mirror, seen[:12] + tags + seen[12:])
            when = time.monotonic() + args.delay / 1000
            copies = 1
            if fd == far:
                if tcp_payload(frame, mode) > 0:
                    segments += 1
                    if args.lose and segments % args.lose == 0:
                        continue
                    if args.swap and segments % args.swap == 0:
                        when += 0.003
                copies += args.twice
            for copy in range(copies):
                order += 1
                heapq.heappush(due, (when + copy * 0.0003, order,
                                     far if fd == near else near, frame))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
