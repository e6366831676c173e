/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * joining [--with WHAT]... CAPTURE: the rooms from capture to correlate without
 * the store, so that what telling copies and legs costs can be told from the
 * rest: run it with and without.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/error.h"
#include "capture/container.h"
#include "correlate/copies.h"
#include "correlate/legs.h"
#include "correlate/matcher.h"
#include "dns/message.h"
#include "packet/packets.h"
#include "pipeline/observe.h"

static const uint16_t ports[] = { 53, MDNS_PORT, LLMNR_PORT };

/* As cli/ and pipeline/group.c have them. */
enum { WAIT_SECONDS = 15, WAITING_CEILING = 1 << 17 };

struct rooms {
	struct packets *packets;
	struct dns_decoder *decoder;
	struct matcher *matcher;
	struct copies *copies; /* NULL: without them */
	struct legs *legs;     /* likewise */
	uint64_t messages, copied, linked, exchanges;
	int64_t next_exchange;
};

static void tell_copy(struct rooms *r, const struct datagram *d,
		      struct sighting *s)
{
	struct copy_place place = { .node = 1,
				    .interface = d->interface + 1,
				    .times_advance = true };
	struct copied original = { 0 };

	if (r->copies == NULL)
		return;
	r->copied += copies_feed(r->copies, d, &place, &original) ==
		     COPY_ANOTHER;
	s->copy_of = original.message;
	s->leader = original.exchange;
}

/* As pipeline/group.c names it, for the copies that follow. */
static void name_message(struct rooms *r, const struct sighting *s,
			 struct belonging b)
{
	struct copied name = { 4 * b.exchange + s->is_response, b.leader };

	if (r->copies != NULL && s->copy_of == 0)
		copies_name(r->copies, &name);
}

static void join(struct rooms *r, struct sighting *s)
{
	struct belonging b;

	if (r->legs != NULL && s->copy_of == 0)
		s->leg = legs_find(r->legs, s);
	r->linked += s->leg.parent != 0;
	b = matcher_feed(r->matcher, s);
	if (r->legs != NULL)
		legs_feed(r->legs, s, s->leader != 0 ? s->leader : b.exchange);
	name_message(r, s, b);
}

static void take_datagram(void *context, const struct datagram *d)
{
	static const struct dns_ports unicast = { ports, 1 };
	struct rooms *r = context;
	const struct dns_message *m;
	struct sighting s;

	r->messages++;
	m = dns_decode(r->decoder, d->payload, d->wire_len);
	s = observe(d, m, &unicast);
	s.capture = 1;
	s.interface = 1;
	tell_copy(r, d, &s);
	join(r, &s);
}

static void pass_icmp(void *context, const struct icmp_error *e)
{
	(void)context;
	(void)e;
}

static void pass_connection(void *context, const struct connection *c)
{
	(void)context;
	(void)c;
}

static void count_exchange(void *context, const struct exchange *x)
{
	struct rooms *r = context;

	(void)x;
	r->exchanges++;
}

static void pass_stray(void *context, const struct stray *s)
{
	(void)context;
	(void)s;
}

static void pass_notice(void *context, const struct icmp_notice *n)
{
	(void)context;
	(void)n;
}

static void open_rooms(struct rooms *r)
{
	static const struct packet_options options = {
		ports, sizeof(ports) / sizeof(*ports), dns_plausible
	};
	struct packets_sinks packets = { take_datagram, pass_icmp,
					 pass_connection, r, NULL };
	struct matcher_options matching = { WAIT_SECONDS * NS_PER_SECOND,
					    &r->next_exchange,
					    WAITING_CEILING };
	struct matcher_sinks matched = { count_exchange, pass_stray,
					 pass_notice, r };

	r->next_exchange = 1;
	r->packets = packets_new(&options, &packets);
	r->decoder = dns_decoder_new();
	r->matcher = matcher_new(&matching, &matched);
}

static void close_rooms(struct rooms *r)
{
	packets_free(r->packets);
	dns_decoder_free(r->decoder);
	matcher_free(r->matcher);
	copies_free(r->copies);
	legs_free(r->legs);
}

static int read_capture(struct rooms *r, struct capture *c)
{
	struct frame f;
	int rc;

	while ((rc = capture_next(c, &f)) == 1) {
		matcher_clock(r->matcher,
			      packets_horizon(r->packets, f.time_ns));
		packets_feed(r->packets, &f);
	}
	packets_finish(r->packets);
	matcher_finish(r->matcher);
	return rc;
}

static int read_file(struct rooms *r, const char *path)
{
	struct container *container = container_open(path, false);
	struct capture *c;
	int rc = -1;

	if (container == NULL)
		return -1;
	if (container_next(container) == 1 &&
	    (c = container_capture(container)) != NULL) {
		rc = read_capture(r, c);
		capture_close(c);
	}
	container_close(container);
	return rc;
}

static int take_word(struct rooms *r, const char *word)
{
	if (strcmp(word, "copies") == 0 && r->copies == NULL)
		r->copies = copies_new();
	else if (strcmp(word, "legs") == 0 && r->legs == NULL)
		r->legs = legs_new();
	else
		return fail("joining: --with copies, --with legs, each once");
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "with", required_argument, NULL, 'w' }, { NULL, 0, NULL, 0 }
	};
	struct rooms r = { 0 };
	int option, rc;

	while ((option = getopt_long(argc, argv, "w:", options, NULL)) != -1)
		if (option != 'w' || take_word(&r, optarg) != 0)
			return 2;
	if (optind + 1 != argc) {
		fail("joining: which capture?");
		return 2;
	}
	open_rooms(&r);
	rc = read_file(&r, argv[optind]);
	printf("%" PRIu64 " messages, %" PRIu64 " copies, %" PRIu64
	       " legs, %" PRIu64 " exchanges\n",
	       r.messages, r.copied, r.linked, r.exchanges);
	close_rooms(&r);
	return rc == 0 ? 0 : 1;
}
