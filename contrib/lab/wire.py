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
    args = parser.parse_args()

    mode = IFF_TUN if args.tun else IFF_TAP
    near, far = make_end(args.near, mode), make_end(args.far, mode)
    mirror = make_end(args.mirror, mode) if args.mirror else None
    tags = vlan_tags(args.tags)
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
                put(mirror, frame[:12] + tags + frame[12:])
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
