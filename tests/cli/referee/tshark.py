# SPDX-License-Identifier: BSD-3-Clause
"""What tshark has to say of a capture."""

import collections
import hashlib
import os
import re
import subprocess
import xml.parsers.expat

from message import Error, Message, Mischief, PATIENCE, PORTS, labels_of_text

TUNNELS = {"vxlan": "VXLAN", "geneve": "Geneve", "gre": "GRE",
           "erspan": "ERSPAN"}
KEYS = {"vxlan.vni", "geneve.vni", "gre.key", "erspan.spanid"}
IP_IN_IP = {("ip", "ip"): "IPIP", ("ipv6", "ip"): "4in6",
            ("ip", "ipv6"): "6in4", ("ipv6", "ipv6"): "6in6"}

# Types of ICMP messages that quote what they complain of.
ERRORS = {"icmp": {3, 4, 11, 12}, "icmpv6": {1, 2, 3, 4}}


def labels_of_wire(wire):
    """The labels of an uncompressed name, None if it isn't one."""
    labels = []
    at = 0
    while at < len(wire) and 0 < wire[at] < 64:
        labels.append(wire[at + 1:at + 1 + wire[at]])
        at += 1 + wire[at]
    return tuple(labels) if wire[at:] == b"\0" else None


def name_of_field(shown, value):
    labels = labels_of_wire(bytes.fromhex(value))
    if labels is not None:
        return labels
    # Why it could not be read, as "<Name contains a pointer that loops>".
    if re.fullmatch("<.*>", shown):
        return None
    # With compression, or damaged: then the text is all there is.
    return labels_of_text(shown)


class Way:
    """What a message is wrapped in: headers of IP, and tunnels of them."""

    def __init__(self):
        self.ip = None          # protocol, source, destination
        self.tunnels = []       # [kind, key, source, destination]
        self.within = False     # a tunnel's header came after that of IP
        self.fragments = False
        self.transport = self.ports = None

    def take_ip(self, name, shown):
        ends = re.search(r"Src: (\S+), Dst: (\S+)", shown).groups()
        if self.ip and not self.within:
            self.tunnels.append([IP_IN_IP[self.ip[0], name], None,
                                 *self.ip[1:]])
        self.ip = (name,) + ends
        self.within = False
        self.transport = self.ports = None

    def take_tunnel(self, name):
        # ERSPAN is a kind of GRE, which has no say then.
        if name == "erspan" and self.tunnels and \
                self.tunnels[-1][0] == "GRE":
            self.tunnels.pop()
        if self.ip:
            self.tunnels.append([TUNNELS[name], None, *self.ip[1:]])
            self.within = True

    def take_ports(self, name, shown):
        ports = re.search(r"Src Port: (\d+), Dst Port: (\d+)", shown)
        self.transport = name.upper()
        self.ports = [int(port) for port in ports.groups()] if ports else []

    def is_on_port(self):
        return bool(self.ports and set(self.ports) & set(PORTS))

    def ends(self):
        return ["%s:%d" % end for end in zip(self.ip[1:], self.ports)]

    def tunnel(self):
        return ", ".join(
            " ".join([kind] + ([] if key is None else [str(key)]) +
                     [source, ">", destination])
            for kind, key, source, destination in self.tunnels)


class Pdml:
    """Collects DNS messages and ICMP errors of tshark's XML.

    It is the only output of tshark which keeps several messages of one frame,
    their sections, and the bytes of names apart.
    """

    def __init__(self):
        self.messages = collections.defaultdict(list)
        self.errors = collections.defaultdict(list)
        self.depth = 0
        self.fields = None  # of the message at hand, if it is wanted
        self.parser = xml.parsers.expat.ParserCreate()
        self.parser.StartElementHandler = self.begin
        self.parser.EndElementHandler = self.end

    def begin(self, tag, attributes):
        self.depth += 1
        name = attributes.get("name", "")
        if tag == "packet":
            self.way = Way()
            self.error = None
        elif tag == "proto":
            self.begin_protocol(name, attributes.get("showname", ""))
        elif name == "num" and self.depth == 4:
            self.frame = int(attributes["show"])
        elif self.fields is not None:
            self.take_field(name, attributes)
        else:
            self.take_outer_field(name, attributes)

    def begin_protocol(self, name, shown):
        if name in ERRORS:
            # What follows is quoted.
            self.error = {"protocol": name, "reporter": self.way.ip[1]}
            self.way = Way()
        elif name in ("ip", "ipv6"):
            self.way.take_ip(name, shown)
        elif name in TUNNELS:
            self.way.take_tunnel(name)
        elif name in ("udp", "tcp"):
            self.way.take_ports(name, shown)
        elif name in PORTS.values() and self.way.is_on_port():
            self.fields = {}
            self.section = ""
            self.addresses = []
            self.proto_depth = self.depth

    def take_outer_field(self, name, attributes):
        if name in KEYS:
            self.way.tunnels[-1][1] = int(attributes["value"], 16)
        elif name in ("ip.fragments", "ipv6.fragments"):
            self.way.fragments = True
        elif name.startswith("icmp") and self.error is not None:
            self.error.setdefault(name.partition(".")[2],
                                  attributes.get("value", ""))

    def take_field(self, name, attributes):
        if name == "":
            if self.depth == self.proto_depth + 1:
                self.section = attributes.get("show", "")
        elif name in ("dns.a", "dns.aaaa"):
            if self.section == "Answers":
                self.addresses.append(attributes["show"])
        else:
            self.fields.setdefault(name, (attributes.get("show"),
                                          attributes.get("value", "")))

    def end(self, tag):
        if (tag == "proto" and self.fields is not None and
                self.depth == self.proto_depth):
            self.end_message()
            self.fields = None
        elif tag == "packet" and self.error is not None:
            self.end_error()
        self.depth -= 1

    def end_message(self):
        if self.error is None:
            self.messages[self.frame].append(self.message())
        else:
            self.error["id"] = self.number("dns.id")

    def end_error(self):
        e = self.error
        kind = int(e.get("type") or "0", 16)
        if kind not in ERRORS[e["protocol"]] or not self.way.is_on_port():
            return
        src, dst = self.way.ends()
        self.errors[self.frame].append(Error(
            protocol={"icmp": "ICMP", "icmpv6": "ICMPv6"}[e["protocol"]],
            type=kind, code=int(e["code"], 16),
            mtu=int(e["mtu"], 16) if "mtu" in e else None,
            reporter=e["reporter"], src=src, dst=dst,
            transport=self.way.transport,
            # Of a stream's bytes nobody knows where a message begins.
            id=e.get("id") if self.way.transport == "UDP" else None))

    def number(self, name):
        """The bytes themselves: what is shown is as tshark pleases."""
        value = self.fields.get(name, (None, ""))[1]
        return int(value, 16) if value else None

    def shown_number(self, name):
        return int(self.fields[name][0], 0) if name in self.fields else None

    def message(self):
        response = self.number("dns.flags.response")
        rcode = self.number("dns.flags.rcode") if response else None
        if rcode is not None:
            rcode |= (self.number("dns.resp.ext_rcode") or 0) << 4
        name = self.fields.get("dns.qry.name")
        name = name and name_of_field(*name)
        src, dst = self.way.ends()
        return Message(
            id=self.number("dns.id"),
            qr=response,
            opcode=self.number("dns.flags.opcode"),
            name=name,
            # What follows a name that cannot be read is anybody's guess.
            qtype=None if name is None else self.number("dns.qry.type"),
            rcode=rcode,
            addresses=",".join(self.addresses) if response else "",
            transport=self.way.transport,
            src=src,
            dst=dst,
            tunnel=self.way.tunnel(),
            relation=self.relation(response),
            classes=self.classes())

    def classes(self):
        found = {"in tunnels": self.way.tunnels,
                 "over TCP": self.way.transport == "TCP",
                 "from fragments": self.way.fragments}
        return tuple(name for name, is_one in found.items() if is_one)

    def relation(self, response):
        if 53 not in self.way.ports:
            return ""
        if not response:
            first = self.shown_number("dns.retransmit_request_in")
            return "asks" if first is None else "asks again %d" % first
        query = self.shown_number("dns.response_to")
        if query is not None:
            return "answers %d" % query
        first = self.shown_number("dns.retransmit_response_in")
        return "answers nothing" if first is None else \
            "answers after %d" % first


def run(command, **options):
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=False, timeout=PATIENCE, **options)
    except subprocess.TimeoutExpired as expired:
        raise Mischief("%s: no end after %d s" % (
            command[0], PATIENCE)) from expired


def print_pdml(path, home):
    """tshark's XML.

    Without the reader's preferences, which might turn protocols off.  Left to
    its default, tshark takes up a TCP stream again after a hole; told to put
    segments in order (tcp.reassemble_out_of_order) it waits for what is
    missing to the end, and shows 40 messages less of these captures and none
    more.  Linux' port for VXLAN, 8472, it must be told.
    """
    ports = "{%s}" % ",".join(str(port) for port in PORTS)
    return run(["tshark", "-n", "-r", path, "-Y",
                "dns || mdns || llmnr || ((icmp || icmpv6) && "
                "(udp.port in %s || tcp.port in %s))" % (ports, ports),
                "-o", "tcp.reassemble_out_of_order:FALSE",
                "-d", "udp.port==8472,vxlan",
                "-T", "pdml", "-J", "dns mdns llmnr icmp icmpv6 ip ipv6 " +
                " ".join(TUNNELS)],
               env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home,
                    "WIRESHARK_CONFIG_DIR": home}).stdout


def read_whole(path):
    with open(path, "rb") as file:
        return file.read()


def print_pdml_once(path, home, kept):
    """The same; KEPT is a folder for it, by what the capture holds.

    How it is asked belongs to the answer, and this file says how.
    """
    key = hashlib.sha256(read_whole(__file__) + read_whole(path)).hexdigest()
    answer = os.path.join(kept, key + ".pdml")
    if not os.path.exists(answer):
        # Others may look for it at the same time.
        partial = "%s.%d" % (answer, os.getpid())
        with open(partial, "wb") as file:
            file.write(print_pdml(path, home))
        os.replace(partial, answer)
    return read_whole(answer)


def ask_tshark(path, home):
    """Messages and errors, both by frame."""
    kept = os.environ.get("DNSFORENSICS_PDML")
    shown = print_pdml_once(path, home, kept) if kept \
        else print_pdml(path, home)
    pdml = Pdml()
    if shown:
        pdml.parser.Parse(shown, True)
    return pdml.messages, pdml.errors
