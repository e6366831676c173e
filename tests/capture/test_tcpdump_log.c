/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/tcpdump_log.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tests/test.h"

static void read_text(struct tcpdump_log *log, const char *text)
{
	tcpdump_log_read(log,
			 (struct bytes){ (const uint8_t *)text, strlen(text) });
}

static void assert_text(const char *got, const char *expected)
{
	if (expected == NULL) {
		assert_null(got);
		return;
	}
	assert_non_null(got);
	assert_string_equal(got, expected);
}

static void test_reads_the_log_of_retina(void **state)
{
	static const char text[] =
		"/usr/bin/tcpdump -w /tmp/dns-n1-20240131094052UTC/"
		"dns-n1-20240131094052UTC.pcap --relinquish-privileges=root "
		"-s 96 -i any (host 10.244.0.5 and port 53)\n\n"
		"tcpdump: data link type LINUX_SLL2\n"
		"tcpdump: listening on any, link-type LINUX_SLL2 (Linux cooked "
		"v2), snapshot length 96 bytes\n"
		"1203 packets captured\n"
		"1210 packets received by filter\n"
		"7 packets dropped by kernel\n"
		"1 packet dropped by interface\n";
	struct tcpdump_log log;

	(void)state;
	read_text(&log, text);
	assert_true(strncmp(log.command, text, strlen(log.command)) == 0);
	assert_int_equal(text[strlen(log.command)], '\n');
	assert_string_equal(log.filter, "(host 10.244.0.5 and port 53)");
	assert_string_equal(log.file, "/tmp/dns-n1-20240131094052UTC/"
				      "dns-n1-20240131094052UTC.pcap");
	assert_string_equal(log.interface, "any");
	assert_int_equal(log.snaplen, 96);
	assert_int_equal(log.captured, 1203);
	assert_int_equal(log.received, 1210);
	assert_int_equal(log.dropped_by_kernel, 7);
	assert_int_equal(log.dropped_by_interface, 1);
	tcpdump_log_release(&log);
	tcpdump_log_release(&log);
}

static void test_tells_the_filter_from_the_options(void **state)
{
	static const struct {
		const char *command, *filter, *file, *interface;
		int64_t snaplen;
	} rows[] = {
		{ "tcpdump", "", NULL, NULL, -1 },
		{ "tcpdump port 53", "port 53", NULL, NULL, -1 },
		{ "/usr/sbin/tcpdump -nni eth0 -s0 -U udp port 53 -w x.pcap",
		  "udp port 53", "x.pcap", "eth0", 262144 },
		{ "sudo tcpdump -ieth0 -wx.pcap -s 128 -Z root -G 300 -W 12 "
		  "-C 100 -z gzip -B 4096 -c 9 -y LINUX_SLL -j host -T rpc "
		  "-E x -m y -M z -Q in -r in.pcap -V list udp",
		  "udp", "x.pcap", "eth0", 128 },
		{ "tcpdump -w - -i any -AbdefHIKlLnNOpqStuUvvvxxXX#", "", NULL,
		  "any", -1 },
		{ "+ tcpdump -i any -w '/host/tmp/a b.pcap' 'port 53 or icmp' "
		  "2>tcpdump.log",
		  "port 53 or icmp", "/host/tmp/a b.pcap", "any", -1 },
		{ "$ tcpdump --interface=eth1 --snapshot-length 64 "
		  "--linktype=EN10MB --immediate-mode --count \"tcp port 53\"",
		  "tcp port 53", NULL, "eth1", 64 },
		{ "tcpdump -i lo -- -x and y", "-x and y", NULL, "lo", -1 },
		{ "tcpdump -i eth0 -i eth1 udp", "udp", NULL, "eth1", -1 },
		{ "tcpdump tcp[2:2] - 1 = 52", "tcp[2:2] - 1 = 52", NULL, NULL,
		  -1 },
		{ "tcpdump \\( udp or tcp \\) and ip proto \\tcp",
		  "( udp or tcp ) and ip proto \\tcp", NULL, NULL, -1 },
		/* What tells no filter. */
		{ "tcpdump -i any -F filter.txt", NULL, NULL, "any", -1 },
		{ "tcpdump -i any -k NP port 53", NULL, NULL, "any", -1 },
		{ "tcpdump -i any --later-option x port 53", NULL, NULL, "any",
		  -1 },
		{ "tcpdump port 53 -i", NULL, NULL, NULL, -1 },
		{ "tcpdump -s many port 53", "port 53", NULL, NULL, -1 },
		{ "tcpdump 'port 53", "port 53", NULL, NULL, -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tcpdump_log log;

		read_text(&log, rows[i].command);
		assert_text(log.command, rows[i].command);
		assert_text(log.filter, rows[i].filter);
		assert_text(log.file, rows[i].file);
		assert_text(log.interface, rows[i].interface);
		assert_int_equal(log.snaplen, rows[i].snaplen);
		assert_int_equal(log.captured, -1);
		tcpdump_log_release(&log);
	}
}

static void test_reads_what_tcpdump_says_alone(void **state)
{
	static const struct {
		const char *text, *interface;
		int64_t snaplen, captured, received, kernel, by_interface;
	} rows[] = {
		{ "tcpdump: listening on eth0, link-type EN10MB (Ethernet), "
		  "capture size 262144 bytes\r\n"
		  "Got 1\rGot 12\r^C12 packets captured\r\n"
		  "13 packets received by filter\r\n0 packets dropped by "
		  "kernel\r\n",
		  "eth0", 262144, 12, 13, 0, -1 },
		{ "listening on any, link-type LINUX_SLL2 (Linux cooked v2), "
		  "snapshot length 256 bytes\n1 packet captured\n1 packet "
		  "received by filter\n1 packet dropped by kernel",
		  "any", 256, 1, 1, 1, -1 },
		{ "tcpdump: 5 packets captured, 6 packets received by filter, "
		  "1 packet dropped by kernel, 2 packets dropped by "
		  "interface\n",
		  NULL, -1, 5, 6, 1, 2 },
		/* Still capturing when the log was taken. */
		{ "tcpdump: listening on any\n", "any", -1, -1, -1, -1, -1 },
		/* What it isn't. */
		{ "5 packets captured by me\n6 packets\nx 7 packets captured\n"
		  "packets captured\n"
		  "9999999999999999999999 packets dropped by kernel\n"
		  "-1 packets dropped by kernel\n",
		  NULL, -1, -1, -1, -1, -1 },
		{ "tcpdump version 4.99.3\ntcpdumps -i any\n"
		  "12:00:00.1 IP a.53 > b.9: tcpdump -s 5 -i evil\n",
		  NULL, -1, -1, -1, -1, -1 },
		{ "", NULL, -1, -1, -1, -1, -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tcpdump_log log;

		read_text(&log, rows[i].text);
		assert_null(log.command);
		assert_null(log.filter);
		assert_text(log.interface, rows[i].interface);
		assert_int_equal(log.snaplen, rows[i].snaplen);
		assert_int_equal(log.captured, rows[i].captured);
		assert_int_equal(log.received, rows[i].received);
		assert_int_equal(log.dropped_by_kernel, rows[i].kernel);
		assert_int_equal(log.dropped_by_interface,
				 rows[i].by_interface);
		tcpdump_log_release(&log);
	}
}

static void test_the_last_run_counts(void **state)
{
	struct tcpdump_log log;

	(void)state;
	read_text(&log, "tcpdump -i eth0 udp\n5 packets captured\n"
			"3 packets dropped by kernel\n"
			"tcpdump -w x.pcap tcp\n"
			"tcpdump: listening on any, link-type RAW\n"
			"6 packets captured\n");
	assert_string_equal(log.command, "tcpdump -w x.pcap tcp");
	assert_string_equal(log.filter, "tcp");
	assert_string_equal(log.interface, "any");
	assert_int_equal(log.captured, 6);
	assert_int_equal(log.dropped_by_kernel, -1);
	tcpdump_log_release(&log);

	read_text(&log, "tcpdump -i eth0 udp\n5 packets captured\n"
			"tcpdump: listening on any, link-type RAW\n");
	assert_null(log.command);
	assert_null(log.filter);
	assert_string_equal(log.interface, "any");
	assert_int_equal(log.captured, -1);
	tcpdump_log_release(&log);
}

static void test_any_text_may_come(void **state)
{
	static const char text[] = "tcpdump -i any -w x 'udp' \\( -s 1 --\n"
				   "tcpdump: listening on a, snapshot length "
				   "5\n1 packet captured, 2 packets dropped "
				   "by kernel\n";
	static const char wrong[] = { '\0', '\n',   '\'', '\\', '-',
				      ' ',  '\x80', '9',  '=',  ',' };
	struct text changed = { 0 };
	struct tcpdump_log log;

	(void)state;
	for (size_t at = 0; at < strlen(text); at++) {
		for (size_t i = 0; i < COUNT(wrong); i++) {
			text_clear(&changed);
			text_add(&changed, text);
			changed.data[at] = wrong[i];
			tcpdump_log_read(
				&log, (struct bytes){ (uint8_t *)changed.data,
						      changed.len - i });
			assert_true(log.snaplen >= -1);
			tcpdump_log_release(&log);
		}
	}
	/* A line too long to be tcpdump's hides none that follows. */
	text_clear(&changed);
	for (int i = 0; i < 10000; i++)
		text_add(&changed, "tcpdump ");
	text_add(&changed, "\n1 packet captured\n");
	read_text(&log, text_string(&changed));
	assert_null(log.command);
	assert_int_equal(log.captured, 1);
	tcpdump_log_release(&log);
	text_release(&changed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_the_log_of_retina),
		cmocka_unit_test(test_tells_the_filter_from_the_options),
		cmocka_unit_test(test_reads_what_tcpdump_says_alone),
		cmocka_unit_test(test_the_last_run_counts),
		cmocka_unit_test(test_any_text_may_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
