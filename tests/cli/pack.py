#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Files in a container, as bytes that are the same each time.

    pack.py gz|bz2|xz|tar|tar.gz|tar.bz2|tar.xz|zip OUT NAME=FILE...

NAME is what the member is called.  gz, bz2 and xz take one file and need no
name of it.
"""
import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile

SQUEEZE = {
    "gz": lambda data: gzip.compress(data, mtime=0),
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "tar": lambda data: data,
}


def tarred(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def main():
    kind, out = sys.argv[1:3]
    members = []
    for word in sys.argv[3:]:
        name, _, path = word.rpartition("=")
        with open(path, "rb") as file:
            members.append((name or path, file.read()))
    if kind == "zip":
        data = zipped(members)
    elif kind.startswith("tar"):
        data = SQUEEZE[kind.rpartition(".")[2]](tarred(members))
    else:
        data = SQUEEZE[kind](members[0][1])
    with open(out, "wb") as file:
        file.write(data)


main()
