#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What dnsforensics takes for a capture, beside an empty pcap_loop and beside
other programs that are installed: wall time, CPU time and peak memory, medians
of several rounds.  README.md in this folder says what is measured and how."""
import argparse
import glob
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

import aims

SCHEMA = "dnsforensics.bench/1"
STEPS = ("failures", "slow", "upstream", "timeliness", "addresses")
HOSTILE = ("names", "tuples", "fragments", "streams")
# Slow ones read no more than this, once; their time is scaled up.
PEER_PACKETS = 1000000
FIELDS = ("frame.number", "frame.time_epoch", "ip.src", "ip.dst", "ipv6.src",
          "ipv6.dst", "dns.id", "dns.qry.name", "dns.qry.type",
          "dns.flags.rcode", "dns.time")


def say(text):
    print(text, file=sys.stderr, flush=True)


class Bench:
    """Programs of one build, and a folder for captures and stores."""

    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.program = os.path.join(options.build, "dnsforensics")
        self.results = {}

    def tool(self, name):
        return os.path.join(self.options.build, "tests", "bench", name)

    def path(self, name):
        return os.path.join(self.folder, name)

    def generate(self, name, packets, arguments):
        """The capture's path, and what the generator knows of it."""
        path = self.path(name)
        say(f"generating {name}: {packets} packets")
        told = subprocess.run(
            [self.tool("generate"), "-n", str(packets), "--truth", *arguments,
             path], check=True, stderr=subprocess.PIPE, text=True).stderr
        words = (line.split() for line in told.splitlines())
        return path, {word: int(number) for word, number in words}

    def measure(self, command, feed=None):
        """One run, its output thrown away; feed writes to its input.  Fails
        as CalledProcessError, with the last that the command said."""
        result = self.path("measured.json")
        command = [self.tool("measure"), result, *command]
        with tempfile.TemporaryFile() as errors:
            source = subprocess.Popen(feed, stdout=subprocess.PIPE) \
                if feed else None
            subprocess.run(command, stdin=source.stdout if source else
                           subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=errors, check=True)
            if source:
                source.stdout.close()
                source.wait()
            errors.seek(0)
            said = errors.read().decode("utf-8", "replace").strip()
        with open(result, encoding="ascii") as file:
            run = json.load(file)
        if run["status"] != 0:
            said = said.splitlines()[-1] if said else "without a word"
            raise subprocess.CalledProcessError(run["status"], command[2:],
                                                stderr=said)
        return run


def forget(path):
    """A store, and what SQLite may have beside it."""
    for end in ("", "-journal", "-wal", "-shm"):
        if os.path.exists(path + end):
            os.remove(path + end)


def summary(runs):
    """Medians; the peak is the highest that was seen."""
    cpu = [run["user_us"] + run["system_us"] for run in runs]
    return {
        "runs": len(runs),
        "wall_s": statistics.median(run["wall_us"] for run in runs) / 1e6,
        "wall_min_s": min(run["wall_us"] for run in runs) / 1e6,
        "wall_max_s": max(run["wall_us"] for run in runs) / 1e6,
        "cpu_s": statistics.median(cpu) / 1e6,
        "peak_mib": max(run["peak_kib"] for run in runs) / 1024,
    }


def subjects_of(bench, capture, store):
    """Name and command of all that reads the capture or its store."""
    program = bench.program
    ingest = [program, "ingest", "-d", store, capture]
    report = [program, "report", "-d", store]
    joining = bench.tool("joining")
    return [
        ("pcap_loop", [bench.tool("pcap_loop"), capture]),
        ("ingest", ingest),
        *((f"report {step}", report + ["--step", step]) for step in STEPS),
        ("report", report),
        ("report CAPTURE", [program, "report", capture]),
        ("trace failures", [program, "trace", "-d", store, "--filter",
                            "rcode==ServerFailure"]),
        ("rooms", [joining, capture]),
        ("rooms with copies", [joining, "--with", "copies", capture]),
        ("rooms with copies and legs",
         [joining, "--with", "copies", "--with", "legs", capture]),
    ]


def packetq(capture):
    return ["packetq", "-s", "select qname, count(*) as n from dns"
            " group by qname", capture]


def dnscap(capture):
    """Plugins are given by path; the counts are left beside the capture."""
    found = glob.glob("/usr/lib/*/dnscap/rssm.so") + \
        glob.glob("/usr/local/lib/dnscap/rssm.so")
    return ["dnscap", "-r", capture, "-P", *found[:1], "-w",
            capture + ".rssm"]


def peers_of(kind, capture):
    """Other programs: (name, command, where one is not to be asked twice).
    All read Ethernet; of the others tshark alone can be trusted to read what
    it says it read."""
    fields = [word for field in FIELDS for word in ("-e", field)]
    found = [
        ("tshark -T fields", ["tshark", "-n", "-r", capture, "-Y", "dns",
                              "-T", "fields", *fields], True),
        ("tshark dns,tree", ["tshark", "-n", "-q", "-r", capture, "-z",
                             "dns,tree"], True),
    ]
    if kind == "ethernet":
        found += [
            ("packetq GROUP BY", packetq(capture), False),
            ("dnstop", ["dnstop", "-Q", "-R", capture], False),
            ("dnscap rssm", dnscap(capture), False),
            ("ldns-dpa", ["ldns-dpa", "-u", "rcode", capture], False),
            ("passivedns", ["passivedns", "-r", capture, "-l", "/dev/null",
                            "-L", "/dev/null"], False),
        ]
    return found


def run_rounds(bench, subjects, store):
    """All subjects in turn, round after round, so that a machine that gets
    slower or busier does so for all of them."""
    runs = {name: [] for name, _ in subjects}
    for number in range(bench.options.repeat):
        for name, command in subjects:
            say(f"round {number + 1}: {name}")
            if name == "ingest":
                forget(store)
            runs[name].append(bench.measure(command))
    return {name: summary(taken) for name, taken in runs.items()}


def run_peers(bench, kind, capture, packets):
    """(results, words on those that were left out)"""
    scale = 1
    if packets > PEER_PACKETS:
        capture, _ = bench.generate("peers.pcap", PEER_PACKETS,
                                    ["--link", kind])
        scale = packets / PEER_PACKETS
    results, skipped = {}, []
    for name, command, is_slow in peers_of(kind, capture):
        if shutil.which(command[0]) is None:
            skipped.append(f"{name}: {command[0]} is not installed")
            continue
        say(f"peer: {name}")
        times = 1 if is_slow else bench.options.repeat
        try:
            taken = summary([bench.measure(command) for _ in range(times)])
        except subprocess.CalledProcessError as error:
            skipped.append(f"{name}: {error.stderr}")
            continue
        for key in ("wall_s", "wall_min_s", "wall_max_s", "cpu_s"):
            taken[key] *= scale
        taken["scaled_by"] = scale
        results[name] = taken
    return results, skipped


def run_capture(bench, kind, packets):
    """Everything on one capture of a usual kind."""
    capture, truth = bench.generate(f"{kind}.pcap", packets,
                                    ["--link", kind])
    store = bench.path(f"{kind}.db")
    result = {"packets": packets, "truth": truth, "skipped": []}
    result["subjects"] = run_rounds(bench, subjects_of(bench, capture, store),
                                    store)
    result["capture_bytes"] = os.path.getsize(capture)
    result["store_bytes"] = os.path.getsize(store)
    result["peers"] = {}
    if bench.options.peers:
        result["peers"], result["skipped"] = run_peers(bench, kind, capture,
                                                       packets)
    forget(store)
    os.remove(capture)
    return result


def ingest_once(bench, name, packets, arguments):
    capture, _ = bench.generate(f"{name}.pcap", packets, arguments)
    store = bench.path(f"{name}.db")
    taken = []
    for _ in range(bench.options.repeat):
        forget(store)
        taken.append(bench.measure(
            [bench.program, "ingest", "-d", store, capture]))
    result = summary(taken)
    result["capture_bytes"] = os.path.getsize(capture)
    result["store_bytes"] = os.path.getsize(store)
    forget(store)
    os.remove(capture)
    return result


def run_hostile(bench, packets):
    results = {}
    for how in HOSTILE:
        say(f"hostile: {how}")
        results[how] = ingest_once(bench, f"hostile-{how}", packets,
                                   ["--hostile", how])
    return results


def run_pipe(bench, packets):
    """Generated while it is read; nothing of it is ever in a file."""
    say(f"through a pipe: {packets} packets")
    store = bench.path("pipe.db")
    result = summary([bench.measure(
        [bench.program, "ingest", "-d", store, "-"],
        [bench.tool("generate"), "-n", str(packets)])])
    result["packets"] = packets
    result["store_bytes"] = os.path.getsize(store)
    forget(store)
    return result


def print_table(title, rows, unit):
    """unit: pcap_loop, or None."""
    print(f"\n{title}")
    print(f"{'':24}{'wall s':>10}{'min':>9}{'max':>9}{'cpu s':>9}"
          f"{'MiB':>8}" + (f"{'x loop':>9}{'x cpu':>9}" if unit else ""))
    for name, taken in rows.items():
        ratio = "" if unit is None else \
            f"{taken['wall_s'] / unit['wall_s']:9.1f}" \
            f"{taken['cpu_s'] / unit['cpu_s']:9.1f}"
        star = "*" if taken.get("scaled_by", 1) != 1 else ""
        print(f"{name + star:24}{taken['wall_s']:10.3f}"
              f"{taken['wall_min_s']:9.3f}{taken['wall_max_s']:9.3f}"
              f"{taken['cpu_s']:9.3f}{taken['peak_mib']:8.1f}{ratio}")
    if any(taken.get("scaled_by", 1) != 1 for taken in rows.values()):
        print(f"* of {PEER_PACKETS} packets, times multiplied")


def print_peers(capture):
    ingest_s = capture["subjects"]["ingest"]["wall_s"]
    for name, taken in capture["peers"].items():
        print(f"ingest takes {ingest_s / taken['wall_s']:.3f} of the time of "
              f"{name}")
    for word in capture["skipped"]:
        print(f"skipped: {word}")


def print_capture(kind, capture):
    subjects = capture["subjects"]
    rows = {**subjects, **capture["peers"]}
    print_table(f"{kind}: {capture['packets']} packets", rows,
                subjects["pcap_loop"])
    print(f"store: {capture['store_bytes'] / capture['capture_bytes']:.3f} of "
          f"the capture's {capture['capture_bytes']} bytes")
    print(f"joining: {aims.joining_share(capture):.3f} of ingest's CPU time")
    print_peers(capture)


def print_results(results):
    for kind, capture in results["captures"].items():
        print_capture(kind, capture)
    others = {}
    if results["tenth"]:
        others["ingest of a tenth"] = results["tenth"]
    for how, taken in results["hostile"].items():
        others[f"hostile {how}"] = taken
    if results["pipe"]:
        others[f"pipe {results['pipe']['packets']}"] = results["pipe"]
    if others:
        print_table("ingest of other captures", others, None)


def print_aims(checked):
    print("\nThe aims:")
    for aim in checked:
        word = {True: "holds", False: "MISSED", None: "not measured"}
        value = "" if aim["value"] is None else f"{aim['value']:.3f}"
        print(f"{word[aim['holds']]:14}{value:>12} of {aim['limit']:<8}"
              f"{aim['what']}")


def machine():
    """What the ratios may depend on; nothing that names the machine."""
    return {"cpus": os.cpu_count(), "system": os.uname().sysname,
            "machine": os.uname().machine}


def run_all(bench):
    options = bench.options
    packets = options.packets
    results = {"schema": SCHEMA, "machine": machine(), "packets": packets,
               "repeat": options.repeat, "captures": {}, "tenth": None,
               "hostile": {}, "pipe": None}
    for kind in options.captures.split(","):
        results["captures"][kind] = run_capture(bench, kind, packets)
    if options.tenth and packets >= 10:
        results["tenth"] = ingest_once(bench, "tenth", packets // 10, [])
    if options.hostile:
        results["hostile"] = run_hostile(bench, packets)
    if options.pipe:
        results["pipe"] = run_pipe(bench, options.pipe)
    results["aims"] = aims.check(results)
    return results


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=".", metavar="FOLDER",
                        help="where dnsforensics was built (.)")
    parser.add_argument("--packets", type=int, default=250000, metavar="N",
                        help="of each capture (250000)")
    parser.add_argument("--repeat", type=int, default=3, metavar="N",
                        help="rounds, of which medians are taken (3)")
    parser.add_argument("--captures", default="ethernet,sll2", metavar="LIST",
                        help="kinds of capture (ethernet,sll2)")
    parser.add_argument("--pipe", type=int, default=0, metavar="N",
                        help="ingest that many packets through a pipe too")
    parser.add_argument("--no-peers", dest="peers", action="store_false",
                        help="no other programs")
    parser.add_argument("--no-hostile", dest="hostile", action="store_false",
                        help="no hostile captures")
    parser.add_argument("--no-tenth", dest="tenth", action="store_false",
                        help="no capture of a tenth of the packets")
    parser.add_argument("--json", metavar="FILE",
                        help="write the figures there")
    parser.add_argument("--tmp", metavar="FOLDER", help="for captures and "
                        "stores, removed afterwards (the system's)")
    parser.add_argument("--aims", action="store_true",
                        help="say which of the aims hold")
    parser.add_argument("--strict", action="store_true",
                        help="the same, and fail where one is missed")
    options = parser.parse_args()
    for kind in options.captures.split(","):
        if kind not in ("ethernet", "sll2"):
            parser.error(f"--captures: no kind {kind!r}")
    if options.packets < 1 or options.repeat < 1 or options.pipe < 0:
        parser.error("--packets and --repeat are 1 or more")
    return options


def main():
    options = parse_options()
    # The folder of captures goes then too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("run.py: terminated"))
    with tempfile.TemporaryDirectory(dir=options.tmp) as folder:
        try:
            results = run_all(Bench(options, folder))
        except subprocess.CalledProcessError as error:
            sys.exit(f"run.py: {' '.join(error.cmd)}: {error.stderr}")
    print_results(results)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)
            file.write("\n")
    if options.aims or options.strict:
        print_aims(results["aims"])
    missed = any(aim["holds"] is False for aim in results["aims"])
    return 1 if options.strict and missed else 0


if __name__ == "__main__":
    sys.exit(main())
