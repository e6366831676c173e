#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Holds what --redact writes against the original, for one capture.

redaction.py PROGRAM FOLDER KEY CAPTURE [SNAPSHOT]

In the report in each format, in all files of a ticket and in the packets of
extract no byte may tell an original name, address, pod, node or file but what
is kept by rule; packets decode as well as before, and reports on them say the
same.  With REDACTION_PACKETS=1 only packets and reports on them are looked at.
"""
import ipaddress
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile

PROGRAM, FOLDER, KEY, CAPTURE = sys.argv[1:5]
SNAPSHOT = sys.argv[5:6]

KEPT_LABELS = set("""svc pod cluster default kube-system kube-dns coredns
    kubernetes kube-public kube-node-lease kube-dns-upstream node-local-dns
    azure-dns localdns nodelocaldns instance-metadata unknown com net org edu
    gov mil int info biz arpa in-addr ip6 local localhost example test invalid
    internal azure windows microsoft cloudapp core blob vault vaultcore
    servicebus privatelink azmk8s azurecr azurewebsites trafficmanager
    microsoftonline mcr amazonaws googleapis ec2 compute
    _tcp _udp _sctp _dns _http _https _dns-tcp _metrics _grpc _ldap""".split())
failed = False


def bad(message):
    global failed
    failed = True
    print(f"{os.path.basename(CAPTURE)}: {message}")


def run(*arguments, ok=(0,)):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True,
                          cwd=FOLDER, env={**os.environ,
                                           "DNSFORENSICS_DB": ""})
    if done.returncode not in ok:
        bad(f"{' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def private_labels(name):
    """Of a name in text form, those that no rule keeps."""
    labels = re.findall(r"(?:\\.|[^.\\])+", name.lower())
    # countries are kept, and a label of one letter may be anybody's
    return [l for l in labels if l not in KEPT_LABELS and len(l.lstrip("_")) > 2]


def wire(label):
    return re.sub(rb"\\(\d\d\d|.)", lambda m: bytes([int(m[1])])
                  if len(m[1]) == 3 else m[1], label.encode())


def is_kept_address(a):
    return (str(a) in ("168.63.129.16", "255.255.255.255") or a.is_loopback or
            a.is_unspecified or a.is_multicast or
            a in ipaddress.ip_network("169.254.0.0/16") if a.version == 4 else
            a.is_loopback or a.is_unspecified or a.is_multicast)


class Originals:
    def __init__(self, store):
        db = sqlite3.connect(store)
        db.text_factory = lambda b: b.decode("utf-8", "surrogateescape")
        self.labels, self.words, self.addresses = set(), set(), set()
        self.answers = set()

        def texts(sql):
            return [t for (t,) in db.execute(sql) if t]

        for name in texts("SELECT text FROM name"):
            self.labels.update(private_labels(name))
        for data in texts("SELECT data FROM answer WHERE type IN "
                          "(2, 5, 6, 12, 15, 33, 39)"):
            for word in data.split():
                if not word.isdigit():
                    self.labels.update(private_labels(word))
        for data in texts("SELECT data FROM answer WHERE type IN (13, 16)"):
            self.answers.update(re.findall(r'[A-Za-z]{5,}', data))
        for text in texts("SELECT ede_text FROM detail"):
            self.answers.update(re.findall(r'[A-Za-z]{5,}', text))
        for sql in ("SELECT text FROM address",
                    "SELECT address FROM pod_address",
                    "SELECT address FROM service_address",
                    "SELECT address FROM node_address",
                    "SELECT data FROM answer WHERE type IN (1, 28)"):
            for text in texts(sql):
                self.addresses.add(ipaddress.ip_address(text))
        for sql in ("SELECT namespace || '.' || name FROM pod",
                    "SELECT namespace || '.' || name FROM service",
                    "SELECT name FROM node", "SELECT node FROM capture",
                    "SELECT node || '.' || namespace || '.' || pod || '.' || "
                    "container FROM interface",
                    "SELECT value FROM pod_label",
                    "SELECT owner_name FROM pod"):
            for text in texts(sql):
                self.words.update(l for l in text.lower().split(".")
                                  if l not in KEPT_LABELS)
        for file in [CAPTURE, *SNAPSHOT]:
            self.words.add(os.path.basename(file).split(".")[0].lower())
        db.close()

    def check(self, what, data, is_packets):
        lower = data.lower()
        for word in sorted(self.labels | self.words):
            raw = wire(word)
            if is_packets and len(raw) > 1 and len(raw) < 64 and \
                    bytes([len(raw)]) + raw in lower:
                bad(f"{what}: the label {word}")
            if len(raw) > 3 and re.search(
                    rb"(?<![a-z0-9_-])" + re.escape(raw.lower()) +
                    rb"(?![a-z0-9_-])", lower) and word not in WORDS:
                bad(f"{what}: the word {word}")
        for word in sorted(self.answers):
            if word.encode() in data and \
                    word.lower() not in WORDS | KEPT_LABELS:
                bad(f"{what}: the text {word}")
        for a in sorted(self.addresses, key=str):
            if is_kept_address(a):
                continue
            if re.search(rb"(?<![0-9a-f.:])" + re.escape(str(a).encode()) +
                         rb"(?![0-9a-f:]|\.[0-9])", lower):
                bad(f"{what}: the address {a}")
            # with two zeros they are anywhere
            if is_packets and a.packed.count(0) < 2 and \
                    (a.packed in data or a.packed[::-1] in data):
                bad(f"{what}: the bytes of {a}")


def report(*arguments):
    return run("report", *arguments, ok=(0, 1))


def mask(document):
    """What the files are called, which no command tells of pseudonyms."""
    file = document["captures"][0]["file"]
    document.pop("redacted", None)
    text = json.dumps(document, indent=1, sort_keys=True)
    text = re.sub(r"(--step path --txn [0-9]+)[^\"]*", r"\1", text)
    text = text.replace(file, "FILE")
    return re.sub(r'"sha256": "[^"]*"', '', text)


def tshark(path, tcp_check, fields):
    return subprocess.run(
        ["tshark", "-r", path, "-o", "ip.check_checksum:TRUE",
         "-o", "udp.check_checksum:TRUE",
         "-o", f"tcp.check_checksum:{tcp_check}", "-T", "fields",
         *[o for f in fields for o in ("-e", f)]],
        capture_output=True, text=True, check=True).stdout.splitlines()


def compare_packets(plain, redacted):
    """Of each: what is malformed, checksums, and what DNS it is."""
    if shutil.which("tshark") is None:
        return
    fields = ["_ws.malformed", "ip.checksum.status", "udp.checksum.status",
              "tcp.checksum.status", "icmp.checksum.status",
              "icmpv6.checksum.status", "dns.id", "dns.flags",
              "dns.count.answers", "dns.qry.type", "dns.qry.name.len",
              "dns.resp.type", "dns.resp.len"]
    # Where those of TCP are wrong nothing would be put together.
    for check in ["FALSE"] + ["TRUE"] * ("tcp" in CAPTURE):
        part = fields if check == "FALSE" else fields[1:6]
        before = tshark(plain, check, part)
        after = tshark(redacted, check, part)
        if len(before) != len(after):
            bad(f"{len(before)} packets became {len(after)}")
        for i, (a, b) in enumerate(zip(before, after), 1):
            if a != b:
                bad(f"packet {i} decodes as {b!r}, not {a!r}")


def compare_reports(plain, redacted, snapshot):
    wanted = json.loads(report("--redact", "--key", KEY, "--format", "json",
                               "--step", "all", plain))
    got = json.loads(report("--format", "json", "--step", "all", redacted))
    wanted, got = mask(wanted), mask(got)
    if wanted != got:
        with open(os.path.join(FOLDER, "wanted"), "w") as f:
            f.write(wanted)
        with open(os.path.join(FOLDER, "got"), "w") as f:
            f.write(got)
        bad("reports on the redacted packets differ: " + subprocess.run(
            ["diff", "wanted", "got"], cwd=FOLDER, capture_output=True,
            text=True).stdout[:1500])


def numbers(document):
    """All numbers of a report, in an order that no name decides."""
    if isinstance(document, dict):
        return sorted(x for k, v in document.items() for x in
                      (f"{k} {y}" for y in numbers(v)))
    if isinstance(document, list):
        return sorted(x for v in document for x in numbers(v))
    return [] if isinstance(document, str) else [str(document)]


def check_ticket(originals, redact):
    """Whole: pages, lists, packets, manifest."""
    path = os.path.join(FOLDER, "case.zip")
    run("ticket", "-d", "plain.db", *redact, "-o", "case.zip", ok=(0, 1, 2))
    if not os.path.exists(path):
        return  # built without libarchive, as test-ticket.sh says
    with zipfile.ZipFile(path) as z:
        for name in z.namelist():
            originals.check(f"ticket: {name}", z.read(name),
                            name.endswith(".pcapng"))


def check_reports(originals, redact):
    for format in ("text", "json", "csv"):
        out = report("-d", "plain.db", "--step", "all,capture,path",
                     "--format", format, "--limit", "0", *redact)
        originals.check(format, out, False)
        if format == "json":
            plain = report("-d", "plain.db", "--step", "all,capture,path",
                           "--format", "json", "--limit", "0")
            a, b = json.loads(plain), json.loads(out)
            if numbers(a) != numbers({k: v for k, v in b.items()
                                      if k != "redacted"}):
                bad("the redacted report has other numbers")


def check_packets(originals, redact):
    everything = ["-d", "plain.db", "--filter", "frame>=0"]
    run("extract", *everything, "-w", "plain.pcapng")
    run("extract", *everything, *redact, "-w", "redacted.pcapng")
    with open(os.path.join(FOLDER, "redacted.pcapng"), "rb") as f:
        originals.check("packets", f.read(), True)
    compare_packets(os.path.join(FOLDER, "plain.pcapng"),
                    os.path.join(FOLDER, "redacted.pcapng"))


def main():
    k8s = [o for s in SNAPSHOT for o in ("--k8s", s)]
    redact = ["--redact", "--key", KEY]
    run("ingest", "-d", "plain.db", *k8s, CAPTURE, ok=(0, 1))
    originals = Originals(os.path.join(FOLDER, "plain.db"))
    if not os.environ.get("REDACTION_PACKETS"):
        check_reports(originals, redact)
        check_ticket(originals, redact)
    check_packets(originals, redact)
    compare_reports("plain.pcapng", "redacted.pcapng", k8s)
    sys.exit(failed)


# Labels of the captures that are words of the reports, too.
WORDS = set("""slow late silent failures tunnels services node dead upstream
    fragments lookups duplicates capture refused long formats answers
    expected failure trust other server address query client
    snapshot unreachable nobody another search many anchor text""".split())
main()
