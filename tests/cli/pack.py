#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Files in a container, as bytes that are the same each time.

    pack.py gz|bz2|xz|tar|tar.gz|tar.bz2|tar.xz|zip|stored.gz|stored.zip OUT
            NAME=FILE...

NAME is what the member is called.  gz, bz2 and xz take one file and need no
name of it.  What is stored is not compressed, so that cutting it at a length
gives the same everywhere; a streamed.zip was written to a pipe.
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
    "stored.gz": lambda data: gzip.compress(data, 0, mtime=0),
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "tar": lambda data: data,
}


class Pipe(io.RawIOBase):
    """What cannot be gone back in."""

    def __init__(self):
        super().__init__()
        self.data = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.data += data
        return len(data)


def tarred(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(members, kind):
    out = Pipe() if kind == "streamed.zip" else io.BytesIO()
    method = zipfile.ZIP_STORED if kind == "stored.zip" \
        else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, data)
    return bytes(out.data) if kind == "streamed.zip" else out.getvalue()


def packed(kind, members):
    """The bytes; members are pairs of a name and bytes."""
    if kind.endswith("zip"):
        return zipped(members, kind)
    if kind.startswith("tar"):
        return SQUEEZE[kind.rpartition(".")[2]](tarred(members))
    return SQUEEZE[kind](members[0][1])


def main():
    kind, out = sys.argv[1:3]
    members = []
    for word in sys.argv[3:]:
        name, _, path = word.rpartition("=")
        with open(path, "rb") as file:
            members.append((name or path, file.read()))
    with open(out, "wb") as file:
        file.write(packed(kind, members))


if __name__ == "__main__":
    main()
