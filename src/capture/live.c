/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/live.h"

#include <pcap/pcap.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/duration.h"
#include "base/memory.h"
#include "capture/backlog_private.h"
#include "capture/capture_private.h"

enum {
	SNAPLEN = 262144, /* the most that libpcap and Wireshark take */
	BLOCK_MS = 20,    /* the kernel hands packets on not later than that */
	PORTS_MAX = 64
};

/*
 * What one interface had last may still be in the kernel while a later packet
 * of another one is here already.
 */
static const int64_t settled_ns = 3 * BLOCK_MS * (NS_PER_SECOND / 1000);

/* How old what is known of losses may be. */
static const int64_t counted_each_ns = NS_PER_SECOND / 20;

/* One interface that is listened to: the backlog's thread does. */
struct port {
	pcap_t *pcap; /* NULL: it is gone */
	int linktype;
	bool is_down;
	int64_t opened_ns, ready_ns; /* before the filter, and with it */
	struct pcap_pkthdr *header;  /* of the packet at hand; NULL: none */
	const u_char *data;
	struct pcap_stat last; /* counts modulo 2^32 */
	/* Under the mutex; lost: by kernel; missed: before. */
	uint64_t received, lost, missed;
	uint64_t received_before, dropped_before; /* live_restart() */
};

struct live_state {
	struct port ports[PORTS_MAX];
	uint32_t num_ports, num_open;
	struct port *given; /* whose packet the backlog has */
	int64_t counted_ns;
	char why[PCAP_ERRBUF_SIZE]; /* no interface is left */
	pthread_mutex_t mutex;
	struct backlog *backlog; /* NULL: not before the first live_wait() */
};

/* What libpcap says of it, and what to do where one can. */
static int refuse(const char *name, int code, pcap_t *pcap)
{
	const char *said = pcap_geterr(pcap);

	switch (code) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		return fail("%s: capturing needs the capability CAP_NET_RAW: "
			    "run as root, or once \"setcap cap_net_raw+ep "
			    "$(command -v dnsforensics)\"",
			    name);
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return fail("%s: there is no such interface; \"ip link\" lists "
			    "them, any stands for all",
			    name);
	case PCAP_ERROR_IFACE_NOT_UP:
		return fail("%s: the interface is down", name);
	default:
		return fail("%s: %s", name,
			    said[0] != '\0' ? said : pcap_statustostr(code));
	}
}

static int activate(pcap_t *pcap, const char *name, uint64_t buffer)
{
	int code;

	pcap_set_snaplen(pcap, SNAPLEN);
	pcap_set_timeout(pcap, BLOCK_MS);
	pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	pcap_set_buffer_size(pcap, (int)buffer);
	code = pcap_activate(pcap);
	return code < 0 ? refuse(name, code, pcap) : 0;
}

/* Which interface a packet of "any" is from only this link type tells. */
static void choose_linktype(pcap_t *pcap, const char *name)
{
	if (strcmp(name, "any") == 0)
		pcap_set_datalink(pcap, DLT_LINUX_SLL2);
}

static int set_filter(pcap_t *pcap, const char *name, const char *filter)
{
	struct bpf_program program;
	int rc = 0;

	if (filter[0] == '\0')
		return 0;
	if (pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0)
		return fail("%s: filter \"%s\": %s", name, filter,
			    pcap_geterr(pcap));
	if (pcap_setfilter(pcap, &program) != 0)
		rc = fail("%s: the filter: %s", name, pcap_geterr(pcap));
	pcap_freecode(&program);
	return rc;
}

static int prepare(pcap_t *pcap, const char *name,
		   const struct live_source *source)
{
	char why[PCAP_ERRBUF_SIZE] = "";

	if (activate(pcap, name, source->buffer) != 0)
		return -1;
	choose_linktype(pcap, name);
	if (set_filter(pcap, name, source->filter) != 0)
		return -1;
	if (pcap_setnonblock(pcap, 1, why) != 0)
		return fail("%s: %s", name, why);
	return 0;
}

static void describe(struct capture *c, const struct port *port,
		     const char *name, const char *filter)
{
	struct capture_interface *i = capture_add_interface(c);

	/* Of "any" each packet tells which one it is from. */
	if (port->linktype != DLT_LINUX_SLL2)
		i->name = must_strdup(name);
	i->filter = must_strdup(filter);
	i->linktype = port->linktype;
	i->snaplen = SNAPLEN;
	i->received = i->dropped = 0;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

static int add_port(struct capture *c, const char *name,
		    const struct live_source *source)
{
	struct live_state *state = c->state;
	struct port *port = &state->ports[state->num_ports];
	char why[PCAP_ERRBUF_SIZE] = "";

	if (state->num_ports == PORTS_MAX)
		return fail("%s: no more than %d interfaces; any stands for "
			    "all",
			    name, PORTS_MAX);
	port->pcap = pcap_create(name, why);
	if (port->pcap == NULL)
		return fail("%s: %s", name, why);
	state->num_ports++;
	state->num_open++;
	port->opened_ns = now_ns();
	if (prepare(port->pcap, name, source) != 0)
		return -1;
	port->ready_ns = now_ns();
	port->linktype = linktype_canonical(
		(uint32_t)pcap_datalink(port->pcap));
	describe(c, port, name, source->filter);
	return 0;
}

static int add_ports(struct capture *c, const struct live_source *source)
{
	char *copy = must_strdup(source->interfaces);
	char *rest = copy, *name;
	int rc = 0;

	while (rc == 0 && (name = strsep(&rest, ",")) != NULL)
		rc = name[0] != '\0'
			     ? add_port(c, name, source)
			     : fail("-i %s: an interface without a name",
				    source->interfaces);
	free(copy);
	return rc;
}

static void close_ports(struct capture *c)
{
	struct live_state *state = c->state;

	backlog_free(state->backlog);
	for (uint32_t i = 0; i < state->num_ports; i++)
		if (state->ports[i].pcap != NULL)
			pcap_close(state->ports[i].pcap);
	pthread_mutex_destroy(&state->mutex);
	free(state);
}

static int64_t time_of(const struct port *port)
{
	return port->header->ts.tv_sec * NS_PER_SECOND +
	       port->header->ts.tv_usec;
}

static const char *name_of(const struct capture *c, const struct port *port)
{
	const struct live_state *state = c->state;
	const struct capture_interface *i = capture_interface(
		c, (uint32_t)(port - state->ports));

	return i->name != NULL ? i->name : c->shown;
}

/* The kernel counts in 32 bits. */
static void count_port(struct live_state *state, struct port *port)
{
	struct pcap_stat now;

	if (port->pcap == NULL || pcap_stats(port->pcap, &now) != 0)
		return;
	pthread_mutex_lock(&state->mutex);
	port->received += now.ps_recv - port->last.ps_recv;
	port->lost += now.ps_drop - port->last.ps_drop;
	port->missed += now.ps_ifdrop - port->last.ps_ifdrop;
	pthread_mutex_unlock(&state->mutex);
	port->last = now;
}

/* The others may go on. */
static void give_up(struct capture *c, struct port *port)
{
	struct live_state *state = c->state;

	if (state->num_open > 1)
		warning("%s: %s; the other interfaces go on", name_of(c, port),
			pcap_geterr(port->pcap));
	else
		snprintf(state->why, sizeof(state->why), "%s",
			 pcap_geterr(port->pcap));
	count_port(state, port);
	pcap_close(port->pcap);
	port->pcap = NULL;
	port->header = NULL;
	state->num_open--;
}

/* libpcap wants to be called often for as long as an interface is down. */
static void look_whether_down(struct capture *c, struct port *port)
{
	bool was_down = port->is_down;

	port->is_down = pcap_get_required_select_timeout(port->pcap) != NULL;
	if (port->is_down && !was_down)
		warning("%s: the interface is down; what comes once it is up "
			"is seen again",
			name_of(c, port));
}

/*
 * While the filter is put in place the kernel lets nothing through for a
 * moment: what came before would look as if it had no response.
 */
static bool is_incomplete(const struct port *port)
{
	int64_t time_ns = time_of(port);

	return time_ns >= port->opened_ns && time_ns < port->ready_ns;
}

static int read_packet(struct port *port)
{
	int rc;

	do
		rc = pcap_next_ex(port->pcap, &port->header, &port->data);
	while (rc == 1 && is_incomplete(port));
	return rc;
}

/* What has come, for each interface of which nothing is at hand. */
static void take_heads(struct capture *c)
{
	struct live_state *state = c->state;

	for (uint32_t i = 0; i < state->num_ports; i++) {
		struct port *port = &state->ports[i];
		int rc;

		if (port->pcap == NULL || port->header != NULL)
			continue;
		rc = read_packet(port);
		if (rc != 1)
			port->header = NULL;
		if (rc < 0)
			give_up(c, port);
		else
			look_whether_down(c, port);
	}
}

static struct port *find_earliest(struct live_state *state)
{
	struct port *found = NULL;

	for (uint32_t i = 0; i < state->num_ports; i++) {
		struct port *port = &state->ports[i];

		if (port->header != NULL &&
		    (found == NULL || time_of(port) < time_of(found)))
			found = port;
	}
	return found;
}

/* Whether nothing earlier can come from an interface that has nothing here. */
static bool is_due(const struct live_state *state, const struct port *port)
{
	bool has_all = true;

	for (uint32_t i = 0; i < state->num_ports; i++)
		has_all &= state->ports[i].pcap == NULL ||
			   state->ports[i].header != NULL;
	return has_all || now_ns() - time_of(port) > settled_ns;
}

static int take_packet(void *context, struct frame *frame)
{
	struct capture *c = context;
	struct live_state *state = c->state;
	struct port *port;

	if (state->given != NULL)
		state->given->header = NULL;
	state->given = NULL;
	take_heads(c);
	port = find_earliest(state);
	if (port == NULL || !is_due(state, port))
		return state->num_open > 0 ? 0 : -1;
	state->given = port;
	*frame = (struct frame){
		.time_ns = time_of(port),
		.interface = (uint32_t)(port - state->ports),
		.wire_len = port->header->len,
		.bytes = { port->data, port->header->caplen },
	};
	return 1;
}

static void wait_for_packets(void *context)
{
	const struct capture *c = context;
	const struct live_state *state = c->state;
	struct pollfd files[PORTS_MAX];
	nfds_t count = 0;

	for (uint32_t i = 0; i < state->num_ports; i++) {
		const struct port *port = &state->ports[i];

		/* What waits for its turn would wake us at once. */
		if (port->pcap == NULL || port->header != NULL)
			continue;
		files[count++] = (struct pollfd){ .fd = pcap_get_selectable_fd(
							  port->pcap),
						  .events = POLLIN };
	}
	poll(files, count, BLOCK_MS);
}

static void count_losses(void *context)
{
	const struct capture *c = context;
	struct live_state *state = c->state;
	int64_t now = now_ns();

	if (now >= state->counted_ns &&
	    now - state->counted_ns < counted_each_ns)
		return;
	state->counted_ns = now;
	for (uint32_t i = 0; i < state->num_ports; i++)
		count_port(state, &state->ports[i]);
}

static int next_packet(struct capture *c, struct frame *frame)
{
	const struct live_state *state = c->state;
	int rc = state->backlog != NULL ? backlog_next(state->backlog, frame)
					: 0;

	if (rc == 1) {
		frame->number = ++c->frames;
		frame->linktype = state->ports[frame->interface].linktype;
		return 1;
	}
	return state->why[0] != '\0' && (rc < 0 || state->backlog == NULL)
		       ? capture_fault(c, "%s", state->why)
		       : 0;
}

static const struct capture_reader live_reader = {
	.next = next_packet,
	.close = close_ports,
	.waits = true,
};

struct capture *live_capture(const struct live_source *source)
{
	struct capture *c = capture_new_live(&live_reader, source->interfaces);
	struct live_state *state = must_calloc(1, sizeof(*state));

	pthread_mutex_init(&state->mutex, NULL);
	c->state = state;
	c->format = "live";
	if (add_ports(c, source) == 0)
		return c;
	capture_close(c);
	return NULL;
}

/* Confinement holds for threads that are started later, and not for others. */
static void start_backlog(struct capture *c)
{
	struct live_state *state = c->state;
	struct backlog_source source = { take_packet, wait_for_packets,
					 count_losses, c };

	state->backlog = backlog_new(&source);
	if (state->backlog == NULL)
		snprintf(state->why, sizeof(state->why),
			 "the system gives no thread to take packets");
}

void live_wait(struct capture *c, int timeout_ms)
{
	const struct live_state *state = c->state;

	if (state->backlog == NULL)
		start_backlog(c);
	if (state->backlog != NULL)
		backlog_wait(state->backlog, timeout_ms);
}

void live_stop(struct capture *c)
{
	const struct live_state *state = c->state;

	if (state->backlog != NULL)
		backlog_stop(state->backlog);
}

void live_count(struct capture *c, struct live_losses *losses)
{
	struct live_state *state = c->state;

	*losses = (struct live_losses){ 0 };
	pthread_mutex_lock(&state->mutex);
	for (uint32_t i = 0; i < state->num_ports; i++) {
		struct port *port = &state->ports[i];
		struct capture_interface *interface = c->interfaces[i];

		losses->by_kernel += port->lost;
		losses->by_interface += port->missed;
		interface->received = (int64_t)(port->received -
						port->received_before);
		interface->dropped = (int64_t)(port->lost + port->missed -
					       port->dropped_before);
	}
	pthread_mutex_unlock(&state->mutex);
}

void live_restart(struct capture *c)
{
	struct live_state *state = c->state;
	struct live_losses losses;

	live_count(c, &losses);
	c->frames = c->packets = 0;
	pthread_mutex_lock(&state->mutex);
	for (uint32_t i = 0; i < state->num_ports; i++) {
		struct port *port = &state->ports[i];

		port->received_before = port->received;
		port->dropped_before = port->lost + port->missed;
		c->interfaces[i]->received = c->interfaces[i]->dropped = 0;
	}
	pthread_mutex_unlock(&state->mutex);
}
