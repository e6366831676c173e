# SPDX-License-Identifier: BSD-3-Clause
"""What was promised of the figures, and whether it holds.  All aims are ratios
within one run but memory and the slowest report."""

STEPS = ("failures", "slow", "upstream", "timeliness", "addresses")


def wall(capture, name):
    return capture["subjects"][name]["wall_s"]


def cpu(capture, name):
    return capture["subjects"][name]["cpu_s"]


def joining_share(capture):
    """Of ingest's CPU time: a second thread hides nothing."""
    cost = cpu(capture, "rooms with copies and legs") - cpu(capture, "rooms")
    return cost / cpu(capture, "ingest")


def peer_ratio(capture, name, turned=False):
    if name not in capture["peers"]:
        return None
    ratio = wall(capture, "ingest") / capture["peers"][name]["wall_s"]
    return 1 / ratio if turned else ratio


def reports_share(capture):
    return wall(capture, "report") / wall(capture, "ingest")


def slowest_report(capture):
    return max(wall(capture, f"report {step}") for step in STEPS)


def without_store(capture):
    both = wall(capture, "ingest") + wall(capture, "report")
    return wall(capture, "report CAPTURE") / both


def store_share(capture):
    return capture["store_bytes"] / capture["capture_bytes"]


# (what, limit, whether the value must be at least that, its function)
OF_CAPTURE = (
    ("ingest in times of pcap_loop (aim 4)", 6, False,
     lambda c: wall(c, "ingest") / wall(c, "pcap_loop")),
    ("times that tshark -T fields takes longer", 60, True,
     lambda c: peer_ratio(c, "tshark -T fields", turned=True)),
    ("ingest in times of PacketQ's GROUP BY", 1, False,
     lambda c: peer_ratio(c, "packetq GROUP BY")),
    ("all five reports in times of ingest", 0.1, False, reports_share),
    ("seconds of the slowest report", 1, False, slowest_report),
    ("report CAPTURE in times of ingest and report", 1, False, without_store),
    ("MiB of memory", 100, False,
     lambda c: c["subjects"]["ingest"]["peak_mib"]),
    ("the store's bytes per byte of the capture", 0.4, False, store_share),
    ("joining as a share of ingest", 0.25, False, joining_share),
)


def checked(what, value, limit, at_least=False):
    holds = None
    if value is not None:
        holds = value >= limit if at_least else value <= limit
    return {"what": what, "value": value, "limit": limit, "holds": holds}


def check_capture(kind, capture):
    return [checked(f"{kind}: {what}", function(capture), limit, at_least)
            for what, limit, at_least, function in OF_CAPTURE]


def check_growth(results, usual):
    value = None
    if results["tenth"] and usual:
        value = wall(usual, "ingest") / results["tenth"]["wall_s"]
    return [checked("time for ten times the packets", value, 10.5)]


def check_hostile(results, usual):
    found = []
    for how, taken in results["hostile"].items():
        if usual:
            found.append(checked(f"hostile {how}: in times of a usual ingest",
                                 taken["wall_s"] / wall(usual, "ingest"), 2))
        found.append(checked(f"hostile {how}: MiB of memory",
                             taken["peak_mib"], 200))
    return found


def check_pipe(results):
    pipe = results["pipe"]
    return [checked("pipe: MiB of memory", pipe and pipe["peak_mib"], 100)]


def check(results):
    """A list of {"what", "value", "limit", "holds"}; holds is None where
    nothing was measured that could tell."""
    usual = results["captures"].get("ethernet")
    found = []
    for kind, capture in results["captures"].items():
        found += check_capture(kind, capture)
    return (found + check_growth(results, usual) +
            check_hostile(results, usual) + check_pipe(results))
