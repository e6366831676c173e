/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What lies beside captures: tcpdump's log, the capture filter in it, and the
 * names of interfaces.
 */
#include <string.h>

#include "capture/interface_names.h"
#include "capture/scope.h"
#include "capture/tcpdump_log.h"
#include "tests/fuzz/fuzz.h"

static void read_log(struct bytes text)
{
	struct tcpdump_log log;
	struct scope scope;

	tcpdump_log_read(&log, text);
	CHECK(log.captured >= -1 && log.received >= -1);
	CHECK(log.dropped_by_kernel >= -1 && log.dropped_by_interface >= -1);
	scope_of_filter(&scope, log.filter, 1);
	tcpdump_log_release(&log);
}

static void read_names(struct interface_names *n)
{
	struct bytes json;
	int rc;

	while ((rc = interface_names_next(n, &json)) == 1) {
		CHECK(json.len > 0);
		fuzz_touch(json);
	}
	CHECK(interface_names_next(n, &json) == rc);
	interface_names_release(n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes text = { data, len };
	struct interface_names n;
	struct scope scope;
	char *filter = fuzz_string(text);

	read_log(text);
	interface_names_of_ip_resources(&n, "ip-resources.txt", text);
	read_names(&n);
	interface_names_of_map(&n, "map", text);
	read_names(&n);
	scope_of_filter(&scope, filter, 1);
	free(filter);
	return 0;
}
