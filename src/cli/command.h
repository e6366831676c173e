/* SPDX-License-Identifier: BSD-3-Clause */
/* A subcommand is one file cmd_NAME.c and one row of the table in main.c. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "cli/options.h"

enum exit_status {
	EXIT_DONE = 0,
	EXIT_FAILED = 1, /* explained on standard error */
	EXIT_USAGE = 2,  /* likewise: the command line is wrong */
	/* With --exit-code, where 0 is healthy. */
	EXIT_FINDINGS = 10,
	EXIT_INCONCLUSIVE = 11
};

struct command {
	const char *name;
	const char *arguments; /* after the options: "CAPTURE..." */
	const char *summary;   /* one line */
	const char *notes;     /* printed under the options; may be NULL */
	const enum option_id *options; /* OPTION_END after the last */
	enum exit_status (*run)(struct options *o);
	/* Prints what help cannot say in a fixed text; may be NULL. */
	void (*more_help)(void);
};

extern const struct command cmd_ingest, cmd_report, cmd_trace, cmd_live,
	cmd_extract, cmd_ticket, cmd_query, cmd_reveal;

#endif
