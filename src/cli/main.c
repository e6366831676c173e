/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/command.h"

static const struct command *const commands[] = { &cmd_ingest,  &cmd_report,
						  &cmd_trace,   &cmd_live,
						  &cmd_extract, &cmd_ticket,
						  &cmd_query,   &cmd_reveal };

enum { NUM_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void print_help(void)
{
	printf("Usage: dnsforensics COMMAND [OPTION]... [ARGUMENT]...\n"
	       "Tells from packet captures of Kubernetes nodes what is wrong "
	       "with DNS.\n\n"
	       "Commands:\n");
	for (size_t i = 0; i < NUM_COMMANDS; i++)
		printf("  %-8s %s\n", commands[i]->name, commands[i]->summary);
	printf("\n"
	       "dnsforensics COMMAND --help tells more; so do "
	       "dnsforensics(1) and dnsforensics-schema(5).\n\n"
	       "First steps:\n"
	       "  dnsforensics report node7.pcap       all five reports on a "
	       "capture\n"
	       "  dnsforensics ingest node7.pcap       keep it in "
	       "dnsforensics.db\n"
	       "  dnsforensics report --step upstream  ask that again and "
	       "again\n"
	       "  dnsforensics live                    what passes this node "
	       "now\n");
}

static void print_command_help(const struct command *command)
{
	printf("Usage: dnsforensics %s [OPTION]... %s\n"
	       "%c%s.\n\n",
	       command->name, command->arguments,
	       command->summary[0] - 'a' + 'A', command->summary + 1);
	options_print_help(command);
	if (command->notes != NULL)
		printf("\n%s\n", command->notes);
	if (command->more_help != NULL)
		command->more_help();
}

static enum exit_status run(const struct command *command, int argc,
			    char **argv)
{
	struct options options;
	enum exit_status status = EXIT_USAGE;

	if (options_parse(&options, command, argc, argv) == 0) {
		if (options.help) {
			print_command_help(command);
			status = EXIT_DONE;
		} else {
			status = command->run(&options);
		}
	}
	options_release(&options);
	return status;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < NUM_COMMANDS; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static enum exit_status dispatch(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		fail("which command? see dnsforensics --help");
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		print_help();
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts(PACKAGE_STRING);
		return EXIT_DONE;
	}
	command = find_command(argv[1]);
	if (command != NULL)
		return run(command, argc - 1, argv + 1);
	if (access(argv[1], F_OK) == 0)
		fail("there is no command \"%s\"; for a report on that file: "
		     "dnsforensics report %s",
		     argv[1], argv[1]);
	else
		fail("there is no command \"%s\"; see dnsforensics --help",
		     argv[1]);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	enum exit_status status = dispatch(argc, argv);

	/* A full disk must not pass for success. */
	if ((fflush(stdout) != 0 || ferror(stdout)) && status == EXIT_DONE) {
		fail("standard output: could not be written");
		status = EXIT_FAILED;
	}
	return status;
}
