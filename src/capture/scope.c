/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/scope.h"

#include <pcap/pcap.h>
#include <string.h>

#include "capture/capture_private.h"
#include "capture/scope_private.h"

static void answer_all(struct scope *scope, enum scope_answer answer)
{
	for (int i = 0; i < SCOPE_PROBES; i++)
		scope->answers[i] = answer;
}

static bool passes(const struct bpf_program *program,
		   const struct scope_packet *p)
{
	struct pcap_pkthdr header = {
		.caplen = (bpf_u_int32)p->len,
		.len = (bpf_u_int32)p->len,
	};

	return pcap_offline_filter(program, &header, p->data) != 0;
}

/* From each address to each other one, in both directions of the node. */
static bool one_passes(const struct bpf_program *program,
		       enum scope_probe probe, int linktype,
		       const struct scope_addresses *addresses, bool is_ipv6)
{
	size_t pairs = addresses->count * addresses->count;
	struct scope_packet p;

	for (size_t i = 0; i < 2 * pairs; i++) {
		size_t pair = i / 2;
		struct scope_variant v = {
			.is_ipv6 = is_ipv6,
			.is_outgoing = i % 2 != 0,
			.src = addresses->bytes[pair / addresses->count],
			.dst = addresses->bytes[pair % addresses->count],
		};

		if (scope_packet_make(&p, probe, linktype, &v) &&
		    passes(program, &p))
			return true;
	}
	return false;
}

static void try_all(struct scope *scope, const struct bpf_program *program,
		    const struct scope_words *words, int linktype)
{
	bool any = false;

	for (int i = 0; i < SCOPE_PROBES; i++) {
		bool through = one_passes(program, i, linktype, &words->ipv4,
					  false) ||
			       one_passes(program, i, linktype, &words->ipv6,
					  true);

		any |= through;
		if (through)
			scope->answers[i] = SCOPE_PASSES;
		else if (!words->is_finer)
			scope->answers[i] = SCOPE_HIDDEN;
	}
	/* Somebody wanted something: it is of a kind that isn't made here. */
	if (!any)
		answer_all(scope, SCOPE_UNKNOWN);
}

static void try_filter(struct scope *scope, const struct scope_words *words,
		       int linktype)
{
	pcap_t *pcap = pcap_open_dead(linktype_dlt(linktype), 65535);
	struct bpf_program program;

	/* Not optimized: that takes long where the filter is made to. */
	if (pcap != NULL &&
	    pcap_compile(pcap, &program, text_string(&words->filter), 0,
			 PCAP_NETMASK_UNKNOWN) == 0) {
		try_all(scope, &program, words, linktype);
		pcap_freecode(&program);
	}
	if (pcap != NULL)
		pcap_close(pcap);
}

void scope_of_filter(struct scope *scope, const char *filter, int linktype)
{
	struct scope_words words;

	answer_all(scope, SCOPE_UNKNOWN);
	if (filter == NULL)
		return;
	if (filter[strspn(filter, " \t\r\n")] == '\0') {
		answer_all(scope, SCOPE_PASSES);
		return;
	}
	if (scope_words_read(&words, filter))
		try_filter(scope, &words, linktype);
	scope_words_release(&words);
}
