#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""kill -9 for live while it writes a store: all but the last is in there.

    live-kills.py PROGRAM FOLDER KILLS

Runs in a network namespace where lo is up.  Up to ten are killed in a round,
each at another moment; a query and its response pass every 10 ms meanwhile.
"""

import atexit
import pathlib
import random
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import time

# live commits each second, of what the kernel holds back for a second; the
# rest is for a busy machine.
LATE_S = 4.0


def traffic(sent, over):
    """sent[n] is when n.example was asked and answered."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.connect(("127.0.0.1", 53))
    while not over.is_set():
        label = b"%d" % len(sent)
        question = bytes([len(label)]) + label + b"\7example\0\0\1\0\1"
        number = len(sent) & 0xffff
        client.send(struct.pack("!6H", number, 0x100, 1, 0, 0, 0) + question)
        query, where = server.recvfrom(512)
        server.sendto(query[:2] + b"\x81\x83" + query[4:], where)
        client.recv(512)
        sent.append(time.monotonic())
        time.sleep(0.01)


def start(program, store):
    live = subprocess.Popen([program, "live", "-i", "lo", "-d", store],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    for line in live.stderr:
        if line.startswith(b"listening on"):
            atexit.register(live.kill)
            return live
    sys.exit(f"live does not listen on lo, and ends with {live.wait()}")


def numbers(store, killed_at):
    """Which queries are in it, and that it is whole: a query is sent when the
    one before it was answered, so that only the last that each run has may
    wait for its response."""
    found = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    whole = found.execute("PRAGMA integrity_check").fetchone()[0]
    rows = found.execute("""SELECT CAST(name AS INTEGER), state, rcode
        FROM transactions WHERE query_frame IS NOT NULL ORDER BY 1""")
    rows = rows.fetchall()
    found.close()
    other = [row for row in rows[:-1] if row[1:] != ("answered", "NXDOMAIN")
             and row[:2] != (killed_at, "pending_at_end")]
    if other:
        whole = (f"answered queries of {len(rows)} are told as {other[:3]}, "
                 f"the last are {rows[-3:]}")
    return whole, [row[0] for row in rows]


def check(store, since, until, killed_at=None):
    """Those from one number to before the other must be there, once.
    killed_at: the last that an earlier run has.  Returns its last."""
    whole, found = numbers(store, killed_at)
    if whole != "ok":
        sys.exit(f"{store}: {whole}")
    lost = set(range(since, until)) - set(found)
    if lost:
        sys.exit(f"{store}: {len(lost)} from {min(lost)} to {max(lost)} are "
                 f"lost of {since} to {until}; it has {len(found)}")
    if len(found) != len(set(found)):
        sys.exit(f"{store}: what was there once is twice in it")
    return max(found, default=-1)


def one_round(program, folder, count, sent):
    """All at a time, each with a store of its own."""
    lives, behind, last = [], 0, None
    for i in range(count):
        store = folder / f"{i}.db"
        live = start(program, store)
        lives.append((live, store, len(sent) + 1))
    random.shuffle(lives)
    for live, store, since in lives:
        time.sleep(random.uniform(0.1, 6.0 / count))
        now = time.monotonic()
        live.kill()
        live.wait()
        last = None
        if store.exists() and store.stat().st_size > 0:
            last = check(store, since, sum(t < now - LATE_S for t in sent))
            if since <= last < len(sent):
                behind = max(behind, now - sent[last])
    # One goes on with the store that a killed one left.
    again = start(program, store)
    since = len(sent) + 1
    time.sleep(1.5)
    until = len(sent)
    time.sleep(0.5)
    again.terminate()
    if again.wait() != 0:
        sys.exit(f"live ends with {again.returncode} on the store it left")
    check(store, since, until, last)
    for _, store, _ in lives:
        for path in folder.glob(store.name + "*"):
            path.unlink()
    return behind


def main():
    program, folder, kills = sys.argv[1:]
    left = int(kills)
    random.seed(left)
    sent, over, behind = [], threading.Event(), 0
    thread = threading.Thread(target=traffic, args=(sent, over), daemon=True)
    thread.start()
    while left > 0:
        count = min(left, 10)
        behind = max(behind, one_round(program, pathlib.Path(folder), count,
                                       sent))
        left -= count
    over.set()
    print(f"{kills} killed, {len(sent)} queries passed; what the "
          f"last {behind:.1f} s brought is not there, all else is")


if __name__ == "__main__":
    main()
