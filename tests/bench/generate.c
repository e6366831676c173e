/* SPDX-License-Identifier: BSD-3-Clause */
/* A capture of a busy node, made up: see --help, and node.h for its content. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/error.h"
#include "tests/bench/hostile.h"
#include "tests/bench/node.h"

static const char usage[] =
	"Usage: generate [OPTION]... [FILE]\n"
	"Write a pcap file of a Kubernetes node's DNS, the same for the same\n"
	"options, to FILE or standard output.\n"
	"\n"
	"  -n, --packets N      how many (1000000)\n"
	"  -l, --link LINK      ethernet (default): one interface, a CoreDNS pod's;\n"
	"                       sll2: tcpdump -i any on the node, with copies\n"
	"  -s, --seed N         another one, another capture (1)\n"
	"  -p, --pods N         how many pods ask (3000)\n"
	"  -r, --rate N         their lookups a second (1000), each of which is two\n"
	"                       questions or more\n"
	"  -o, --other PERCENT  so many of the packets are not DNS (0, at most 90)\n"
	"  -x, --hostile HOW    no packet like one before: names, tuples, fragments\n"
	"                       or streams\n"
	"  -t, --truth          print what the capture holds, on standard error\n"
	"  -h, --help           print this help\n"
	"\n"
	"Truth: messages are all sightings of DNS messages, copies those of a\n"
	"message seen before at another interface; transactions, answered and failed\n"
	"(of the answered ones) are without copies.\n";

static const struct option long_options[] = {
	{ "packets", required_argument, NULL, 'n' },
	{ "link", required_argument, NULL, 'l' },
	{ "seed", required_argument, NULL, 's' },
	{ "pods", required_argument, NULL, 'p' },
	{ "rate", required_argument, NULL, 'r' },
	{ "other", required_argument, NULL, 'o' },
	{ "hostile", required_argument, NULL, 'x' },
	{ "truth", no_argument, NULL, 't' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct plan {
	struct node_options node;
	uint64_t packets;
	enum hostile hostile;
	bool tells_truth;
	const char *path; /* NULL: standard output */
};

static int parse_number(const char *text, uint64_t low, uint64_t high,
			uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 ||
	    *number < low || *number > high)
		return fail("\"%s\" is no number from %" PRIu64 " to %" PRIu64,
			    text, low, high);
	return 0;
}

static int parse_u32(const char *text, uint32_t low, uint32_t high,
		     uint32_t *number)
{
	uint64_t wide;

	if (parse_number(text, low, high, &wide) != 0)
		return -1;
	*number = (uint32_t)wide;
	return 0;
}

static int parse_link(const char *text, enum link *link)
{
	if (strcmp(text, "ethernet") == 0)
		*link = LINK_ETHERNET;
	else if (strcmp(text, "sll2") == 0)
		*link = LINK_SLL2;
	else
		return fail("\"%s\" is neither ethernet nor sll2", text);
	return 0;
}

static int parse_hostile(const char *text, enum hostile *how)
{
	*how = hostile_named(text);
	return *how != HOSTILE_NONE ? 0 : fail("nothing hostile: \"%s\"", text);
}

static int take_option(struct plan *p, int option)
{
	struct node_options *n = &p->node;

	switch (option) {
	case 'n':
		return parse_number(optarg, 1, INT64_MAX, &p->packets);
	case 'l':
		return parse_link(optarg, &n->link);
	case 's':
		return parse_number(optarg, 0, UINT64_MAX, &n->seed);
	case 'p':
		return parse_u32(optarg, 1, 65536, &n->pods);
	case 'r':
		return parse_u32(optarg, 1, 1000000, &n->lookups_per_second);
	case 'o':
		return parse_u32(optarg, 0, 90, &n->other_percent);
	case 'x':
		return parse_hostile(optarg, &p->hostile);
	case 't':
		p->tells_truth = true;
		return 0;
	default:
		return -1;
	}
}

static void send_hostile(const struct plan *p, struct wire *w)
{
	int64_t gap_ns = NS_PER_SECOND / p->node.lookups_per_second / 20;
	int64_t now_ns = 1772582400 * NS_PER_SECOND;
	struct dice dice = { p->node.seed };

	while (wire_truth(w)->packets < p->packets) {
		hostile_send(p->hostile, &dice, w, now_ns);
		wire_advance(w, now_ns, p->packets);
		now_ns += gap_ns + 1;
	}
}

static void send_node(const struct plan *p, struct wire *w)
{
	struct node n;

	node_init(&n, &p->node, w);
	while (wire_truth(w)->packets < p->packets) {
		node_lookup(&n);
		wire_advance(w, n.now_ns, p->packets);
	}
	node_release(&n);
}

static void tell_truth(const struct truth *t)
{
	fprintf(stderr,
		"packets %" PRIu64 "\nbytes %" PRIu64 "\nmessages %" PRIu64
		"\ncopies %" PRIu64 "\ntransactions %" PRIu64
		"\nanswered %" PRIu64 "\nfailed %" PRIu64
		"\ntcp_messages %" PRIu64 "\ntcp_copies %" PRIu64
		"\nipv6_messages %" PRIu64 "\nother_packets %" PRIu64 "\n",
		t->packets, t->bytes, t->messages, t->copies, t->transactions,
		t->answered, t->failed, t->tcp_messages, t->tcp_copies,
		t->ipv6_messages, t->other_packets);
}

static int write_capture(const struct plan *p, FILE *file)
{
	struct wire *w = wire_new(file, p->node.link);

	if (p->hostile != HOSTILE_NONE)
		send_hostile(p, w);
	else
		send_node(p, w);
	if (p->tells_truth)
		tell_truth(wire_truth(w));
	wire_free(w);
	if (fflush(file) != 0 || ferror(file))
		return fail("%s: %s", p->path ? p->path : "standard output",
			    strerror(errno));
	return 0;
}

static int generate(const struct plan *p)
{
	static char buffer[1 << 18];
	FILE *file = p->path != NULL ? fopen(p->path, "wb") : stdout;
	int rc;

	if (file == NULL)
		return fail("%s: %s", p->path, strerror(errno));
	setvbuf(file, buffer, _IOFBF, sizeof(buffer));
	rc = write_capture(p, file);
	if (fclose(file) != 0 && rc == 0)
		rc = fail("cannot write: %s", strerror(errno));
	return rc;
}

int main(int argc, char **argv)
{
	struct plan p = { .node = { .link = LINK_ETHERNET,
				    .seed = 1,
				    .pods = 3000,
				    .lookups_per_second = 1000 },
			  .packets = 1000000 };
	int option;

	while ((option = getopt_long(argc, argv, "n:l:s:p:r:o:x:th",
				     long_options, NULL)) != -1) {
		if (option == 'h')
			return fputs(usage, stdout) < 0;
		if (take_option(&p, option) != 0)
			return 2;
	}
	if (argc - optind > 1) {
		fail("one file, please; see generate --help");
		return 2;
	}
	p.path = argv[optind];
	return generate(&p) == 0 ? 0 : 1;
}
