# SPDX-License-Identifier: BSD-3-Clause
"""What two programs are compared by: DNS messages, and ICMP errors on them."""

import collections
import re

PORTS = {53: "dns", 5353: "mdns", 5355: "llmnr"}

# One message, as both programs tell it.
CONTENTS = ("id", "qr", "opcode", "name", "qtype", "rcode", "addresses",
            "transport", "src", "dst", "tunnel")
# classes: of tshark's, the CLASSES which it belongs to.
Message = collections.namedtuple("Message",
                                 CONTENTS + ("relation", "classes"))

# What has to be among that which agrees, if it is in the captures at all.
CLASSES = ("in tunnels", "over TCP", "from fragments")

# An ICMP error that quotes a packet from or to one of the PORTS.
Error = collections.namedtuple(
    "Error", "protocol type code mtu reporter src dst transport id")

PATIENCE = 120  # seconds for one run over one capture


class Mischief(Exception):
    """A program did what it must never do, whatever it is given."""


def labels_of_text(text):
    """The labels of a name with its escapes (RFC 1035, 5.1), as bytes."""
    labels = [b""]
    for ddd, char, dot, plain in re.findall(
            r"\\(\d\d\d)|\\(.)|(\.)|([^\\.]+)", text, re.DOTALL):
        if dot:
            labels.append(b"")
        elif ddd:
            labels[-1] += bytes([int(ddd)])
        else:
            labels[-1] += (char or plain).encode("utf-8", "surrogateescape")
    while labels and labels[-1] == b"":
        labels.pop()
    return tuple(labels)
