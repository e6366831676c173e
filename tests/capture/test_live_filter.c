/* SPDX-License-Identifier: BSD-3-Clause */
#include <pcap/pcap.h>
#include <string.h>

#include "capture/live.h"
#include "capture/scope.h"
#include "tests/test.h"

static const uint16_t ports[] = { 53, 5300, 5353 };

static const char *filter_of(struct text *filter)
{
	live_filter(filter, ports, COUNT(ports));
	return text_string(filter);
}

/* So that reports say of a live run that nothing is hidden. */
static void test_lets_all_pass_that_reports_speak_of(void **state)
{
	struct text filter = { 0 };
	struct scope scope;

	(void)state;
	scope_of_filter(&scope, filter_of(&filter), DLT_EN10MB);
	for (int i = 0; i < SCOPE_PROBES; i++)
		if (scope.answers[i] != SCOPE_PASSES)
			fail_msg("probe %d: not known to pass", i);
	text_release(&filter);
}

/* Ethernet, IPv4 without options, and the first eight bytes behind it. */
static void make_packet(uint8_t packet[42], uint8_t protocol, uint16_t src,
			uint16_t dst)
{
	memset(packet, 0, 42);
	packet[12] = 0x08;
	packet[14] = 0x45;
	packet[23] = protocol;
	packet[34] = (uint8_t)(src >> 8);
	packet[35] = (uint8_t)src;
	packet[36] = (uint8_t)(dst >> 8);
	packet[37] = (uint8_t)dst;
}

static void test_keeps_other_traffic_out(void **state)
{
	static const struct {
		uint8_t protocol;
		uint16_t src, dst;
		bool passes;
	} rows[] = {
		{ 17, 40000, 53, true },   { 6, 53, 40000, true },
		{ 17, 5300, 40000, true }, { 17, 40000, 5353, true },
		{ 6, 40000, 80, false },   { 17, 40000, 5355, false },
		{ 17, 40000, 123, false }, { 1, 0x0301, 0, true },
		{ 1, 0x0800, 0, false },   { 17, 4789, 4789, true },
		{ 17, 40000, 6081, true }, { 47, 0, 0, true },
		{ 50, 0, 0, false },
	};
	struct text filter = { 0 };
	struct bpf_program program;
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, 262144);
	uint8_t packet[42];

	(void)state;
	assert_int_equal(pcap_compile(pcap, &program, filter_of(&filter), 1,
				      PCAP_NETMASK_UNKNOWN),
			 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		make_packet(packet, rows[i].protocol, rows[i].src, rows[i].dst);
		if ((bpf_filter(program.bf_insns, packet, 42, 42) != 0) !=
		    rows[i].passes)
			fail_msg("protocol %u, %u > %u", rows[i].protocol,
				 rows[i].src, rows[i].dst);
	}
	pcap_freecode(&program);
	pcap_close(pcap);
	text_release(&filter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lets_all_pass_that_reports_speak_of),
		cmocka_unit_test(test_keeps_other_traffic_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
