#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A capture tells the same in whatever it comes packed.

    containers.py PROGRAM all|turn CAPTURE...

Packs each capture in all containers and compares the trace and the JSON report
of all steps with those of the bare capture, or in one of the containers in its
turn, and compares the trace: read from a file, and through a pipe on standard
input.  All are taken, or in turn every third, every fifth with
DNSFORENSICS_EVERY=5.
The last line is how much was compared; the exit status is 1 if anything
differed.
"""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile

import pack

TRACE = ("trace", "--format", "json", "--fields",
         "file,frame,time,interface,src,dst,id,qr,name,qtype,rcode,latency_ns,"
         "addresses,state,txn,verdict,fault")
REPORT = ("report", "--format", "json", "--step", "all,capture")
# By what is compared; a report takes thrice a trace's time, and reads the same.
COMMANDS = {"turn": (TRACE,), "all": (TRACE, REPORT)}

PATIENCE = 120  # seconds for one run over one capture

# What to type has the name quoted where a shell asks for it.
COMMAND = re.compile(rb'"command": "[^"]*"')
# Standard input is named "-", and a pipe is not looked at twice.
NAME = re.compile(rb'(?:ARCHIVE!|INNER!)+CAPTURE|'
                  rb'(?<=[" ])-(?:!(?:INNER!)?CAPTURE)?(?=["#:])')


def one(kind):
    return lambda data: pack.packed(kind, [("CAPTURE", data)])


def filtered(*command):
    def squeeze(data):
        return subprocess.run(command, input=data, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=True).stdout
    return squeeze


def nested(data):
    inner = pack.packed("tar.gz", [("CAPTURE", data)])
    return pack.packed("tar.gz", [("INNER", inner)])


CONTAINERS = {kind: one(kind) for kind in
              ("gz", "bz2", "xz", "tar", "tar.gz", "tar.bz2", "tar.xz", "zip",
               "streamed.zip")}
CONTAINERS["tar.gz in tar.gz"] = nested
for tool in ("zstd", "lz4"):
    if shutil.which(tool):
        CONTAINERS[tool] = filtered(tool, "-q", "-c")
        CONTAINERS["tar." + tool] = \
            lambda data, tool=tool: filtered(tool, "-q", "-c")(one("tar")(data))


class Reader:
    """The program, in a folder of its own."""

    def __init__(self, program, folder, commands):
        self.program = program
        self.folder = folder
        self.commands = commands

    def told(self, path, data=None):
        """What all commands say of it; names are made equal."""
        result = []
        for command in self.commands:
            feed = {"stdin": subprocess.DEVNULL} if data is None \
                else {"input": data}
            run = subprocess.run((self.program, *command, path),
                                 cwd=self.folder, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, check=False,
                                 timeout=PATIENCE, **feed)
            told = COMMAND.sub(b"", NAME.sub(b"CAPTURE", run.stdout))
            result.append((run.returncode, told,
                           run.stderr != b""))
        return result

    def told_of(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return self.told(name)


def first_difference(expected, got):
    for want, have in zip(expected, got):
        if want[0] != have[0]:
            return f"status {have[0]} instead of {want[0]}"
        if want[2] != have[2]:
            return "an error" if have[2] else "no error"
        lines = zip(want[1].splitlines(), have[1].splitlines())
        for left, right in lines:
            if left != right:
                return f"\n  - {left!r}\n  + {right!r}"
        if want[1] != have[1]:
            return "one output is longer"
    return None


def compare(program, path, kinds, commands):
    """Complaints about one capture, and how often it was compared."""
    with open(path, "rb") as file:
        data = file.read()
    complaints = []
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(program, folder, commands)
        expected = reader.told_of("CAPTURE", data)
        for kind in kinds:
            packed = CONTAINERS[kind](data)
            is_archive = "tar" in kind or "zip" in kind.split(".")
            name = "ARCHIVE" if is_archive else "CAPTURE"
            for way, got in (("", reader.told_of(name, packed)),
                             (" through a pipe", reader.told("-", packed))):
                difference = first_difference(expected, got)
                if difference:
                    complaints.append(f"{path}: {kind}{way}: {difference}")
    return complaints, 2 * len(kinds)


def compare_in_time(program, path, kinds, commands):
    try:
        return compare(program, path, kinds, commands)
    except subprocess.TimeoutExpired:
        return [f"{path}: no end after {PATIENCE} s"], 0


def main():
    program, mode = os.path.abspath(sys.argv[1]), sys.argv[2]
    kinds = sorted(CONTAINERS)
    step = int(os.environ.get("DNSFORENSICS_EVERY", 1 if mode == "all" else 3))
    count = failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(compare_in_time, program, path,
                            kinds if mode == "all" else [kinds[i % len(kinds)]],
                            COMMANDS[mode])
                for i, path in enumerate(sys.argv[3::step])]
        for job in jobs:
            complaints, compared = job.result()
            count += compared
            failed += len(complaints)
            for complaint in complaints:
                print(complaint, flush=True)
    print(f"{len(jobs)} captures, {len(kinds)} containers: {count} compared, "
          f"{failed} differ")
    return failed > 0


sys.exit(main())
