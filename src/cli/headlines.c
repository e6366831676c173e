/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/headlines.h"

#include <inttypes.h>

#include "base/duration.h"
#include "base/text.h"
#include "report/report.h"

static void print_losses(FILE *file, const struct live_status *status)
{
	if (status->dropped_by_kernel + status->dropped_by_interface == 0)
		fprintf(file, "no packet was lost");
	else
		fprintf(file,
			"%" PRIu64 " packets were lost (%" PRIu64
			" for want of buffer, %" PRIu64
			" by the interface): what seems unanswered may have "
			"been answered",
			status->dropped_by_kernel +
				status->dropped_by_interface,
			status->dropped_by_kernel,
			status->dropped_by_interface);
	if (status->undecided > 0)
		fprintf(file,
			"; %" PRIu64 " queries were forgotten, as too many "
			"waited",
			status->undecided);
	fprintf(file, "\n");
}

int headlines_print(FILE *file, struct store *s, const struct options *o,
		    const struct live_status *status, const char *part)
{
	struct report_parameters parameters = {
		.threshold_ns = o->threshold_ns
	};
	char span[DURATION_TEXT_MAX];
	int rc = 0;

	fprintf(file,
		"\n%s: %" PRIu64 " packets, %" PRIu64 " DNS messages in %s; ",
		status->interfaces, status->packets, status->messages,
		duration_format(status->now_ns - status->started_ns, span));
	print_losses(file, status);
	if (part[0] != '\0')
		fprintf(file, "of %s:\n", part);
	for (unsigned i = 0; rc == 0 && i < GUIDE_STEPS; i++) {
		struct text headline = { 0 };

		rc = report_headline(s, step_row(i), &parameters, &headline);
		if (rc == 0)
			fprintf(file, "%s: %s\n", step_row(i)->name,
				text_string(&headline));
		text_release(&headline);
	}
	return rc;
}
