#!/usr/bin/env python3
"""Counts by tshark what captures hold, and writes testdata/README.md.

    describe.py CAPTURE...                  one line for each
    describe.py --readme captures.txt DIR   the README of a folder

A query is unanswered if no response with its addresses, ports and id is in
the capture; legs of one lookup and copies at other interfaces count by
themselves, as tshark sees them.
"""

import os
import subprocess
import sys

FIELDS = ("ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "udp.srcport",
          "udp.dstport", "tcp.srcport", "tcp.dstport")
MULTICAST = ("224.0.0.251", "224.0.0.252")


def tshark(path, *options):
    run = subprocess.run(["tshark", "-n", "-r", path, *options],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         text=True, check=False)
    return run.stdout.splitlines()


def count(path):
    """Frames, queries, responses, unanswered queries."""
    frames = len(tshark(path, "-T", "fields", "-e", "frame.number"))
    options = ["-Y", "(dns or mdns or llmnr) and not icmp and not icmpv6",
               "-d", "udp.port==5300,dns", "-d", "tcp.port==5300,dns",
               "-T", "fields", "-e", "dns.id", "-e", "dns.flags.response"]
    for field in FIELDS:
        options += ["-e", field]
    queries = responses = 0
    asked, answered = set(), set()
    for line in tshark(path, *options):
        idents, flags, *rest = line.split("\t")
        ends = [part.split(",")[0] for part in rest]
        source = (ends[0] or ends[2], ends[4] or ends[6])
        target = (ends[1] or ends[3], ends[5] or ends[7])
        transport = "udp" if ends[4] else "tcp"
        for ident, flag in zip(idents.split(","), flags.split(",")):
            if flag in ("1", "True"):
                responses += 1
                answered.add((transport, target, source, ident))
            else:
                queries += 1
                if target[0] in MULTICAST:
                    continue
                asked.add((transport, source, target, ident))
    return frames, queries, responses, len(asked - answered)


def readme(table, folder):
    print(open("testdata-head.md", encoding="utf-8").read())
    print("| File | What it shows | How it was recorded | Frames | "
          "DNS messages | Queries | Responses | Unanswered |")
    print("|---|---|---|--:|--:|--:|--:|--:|")
    listed = set()
    for line in open(table, encoding="utf-8"):
        if line.startswith("#") or not line.strip():
            continue
        name, shows, how = [part.strip() for part in line.split("|")]
        listed.add(name)
        frames, queries, responses, unanswered = count(
            os.path.join(folder, name))
        print(f"| {name} | {shows} | {how} | {frames} | "
              f"{queries + responses} | {queries} | {responses} | "
              f"{unanswered} |")
    forgotten = {name for name in os.listdir(folder)
                 if ".pcap" in name} - listed
    if forgotten:
        sys.exit(f"{table} says nothing about {', '.join(sorted(forgotten))}")


def main():
    if sys.argv[1] == "--readme":
        readme(sys.argv[2], sys.argv[3])
        return
    for path in sys.argv[1:]:
        frames, queries, responses, unanswered = count(path)
        print(f"{os.path.basename(path)}: {frames} frames, "
              f"{queries} queries, {responses} responses, "
              f"{unanswered} unanswered")


if __name__ == "__main__":
    main()
