/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/tcpdump_log.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum {
	LINE_MAX_LEN = 65536,     /* longer ones are not tcpdump's */
	DEFAULT_SNAPLEN = 262144, /* what tcpdump takes "-s 0" for */
};

/* tcpdump(1), version 4.99: the options that take a value, and the others. */
static const char with_value[] = "BcCEFGijmMQrsTVwWyzZ";
static const char without_value[] = "AbdDefhHIJKlLnNOpqStuUvxXY#";

static const struct {
	const char *name;
	bool has_value;
	char letter; /* 0: none */
} long_options[] = {
	{ "interface", true, 'i' },
	{ "snapshot-length", true, 's' },
	{ "buffer-size", true, 'B' },
	{ "time-stamp-type", true, 'j' },
	{ "time-stamp-precision", true, 0 },
	{ "direction", true, 'Q' },
	{ "linktype", true, 'y' },
	{ "relinquish-privileges", true, 'Z' },
	{ "list-remote-interfaces", true, 0 },
	{ "list-interfaces", false, 'D' },
	{ "help", false, 'h' },
	{ "version", false, 0 },
	{ "monitor-mode", false, 'I' },
	{ "list-time-stamp-types", false, 'J' },
	{ "micro", false, 0 },
	{ "nano", false, 0 },
	{ "dont-verify-checksums", false, 'K' },
	{ "list-data-link-types", false, 'L' },
	{ "no-optimize", false, 'O' },
	{ "no-promiscuous-mode", false, 'p' },
	{ "absolute-tcp-sequence-numbers", false, 'S' },
	{ "count", false, 0 },
	{ "immediate-mode", false, 0 },
	{ "number", false, '#' },
	{ "print", false, 0 },
};

/* A command being read word by word. */
struct command {
	struct tcpdump_log *log;
	const char *at;
	struct text word;
	struct text filter;
	bool has_filter;     /* "" might be a word of it */
	bool filter_unknown; /* an option that is not known, or -F */
	bool only_filter;    /* behind "--" */
};

static void forget_run(struct tcpdump_log *log)
{
	tcpdump_log_release(log);
	log->snaplen = -1;
	log->captured = -1;
	log->received = -1;
	log->dropped_by_kernel = -1;
	log->dropped_by_interface = -1;
}

static void set_text(char **where, const char *text)
{
	free(*where);
	*where = must_strdup(text);
}

/* Behind the number, or NULL where there is none that could be meant. */
static const char *read_number(const char *text, int64_t *number)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 18)
		return NULL;
	*number = strtoll(text, NULL, 10);
	return text + digits;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * Retina writes the arguments one after the other as they are; others log
 * what a shell was given.  Backslashes are the shell's before what is special
 * to it, else the filter's ("ip proto \tcp").
 */
static const char *read_quoted(struct command *c, const char *at)
{
	char quote = *at++;

	for (; *at != '\0' && *at != quote; at++)
		text_add_bytes(&c->word, at, 1);
	return *at != '\0' ? at + 1 : at;
}

static bool next_word(struct command *c)
{
	const char *at = c->at;

	while (is_blank(*at))
		at++;
	text_clear(&c->word);
	if (*at == '\0' || strncmp(at, "2>", 2) == 0)
		return false;
	while (*at != '\0' && !is_blank(*at)) {
		if (*at == '\'' || *at == '"') {
			at = read_quoted(c, at);
			continue;
		}
		if (*at == '\\' && at[1] != '\0' &&
		    strchr("()<>&|!;*?$[]'\" \\", at[1]) != NULL)
			at++;
		text_add_bytes(&c->word, at++, 1);
	}
	c->at = at;
	return true;
}

static void take_option(struct command *c, char letter, const char *value)
{
	switch (letter) {
	case 'F':
		c->filter_unknown = true;
		break;
	case 'i':
		set_text(&c->log->interface, value);
		break;
	case 's':
		read_number(value, &c->log->snaplen);
		if (c->log->snaplen == 0)
			c->log->snaplen = DEFAULT_SNAPLEN;
		break;
	case 'w':
		if (strcmp(value, "-") != 0)
			set_text(&c->log->file, value);
		break;
	}
}

static void take_next_word(struct command *c, char letter)
{
	if (next_word(c))
		take_option(c, letter, text_string(&c->word));
	else
		c->filter_unknown = true;
}

/* "-nni", whose value is the next word, or "-nnieth0". */
static void take_short_options(struct command *c, const char *letters)
{
	for (; *letters != '\0'; letters++) {
		if (strchr(with_value, *letters) != NULL) {
			if (letters[1] != '\0')
				take_option(c, *letters, letters + 1);
			else
				take_next_word(c, *letters);
			return;
		}
		if (strchr(without_value, *letters) == NULL)
			c->filter_unknown = true;
	}
}

static void take_long_option(struct command *c, const char *option)
{
	size_t len = strcspn(option, "=");
	const char *value = option[len] != '\0' ? option + len + 1 : NULL;

	for (size_t i = 0; i < sizeof(long_options) / sizeof(*long_options);
	     i++) {
		if (strlen(long_options[i].name) != len ||
		    strncmp(long_options[i].name, option, len) != 0)
			continue;
		if (long_options[i].has_value && value == NULL)
			take_next_word(c, long_options[i].letter);
		else if (long_options[i].has_value)
			take_option(c, long_options[i].letter, value);
		return;
	}
	/* Maybe with a value, which then looks like the filter. */
	c->filter_unknown = true;
}

static void take_filter_word(struct command *c, const char *word)
{
	if (c->has_filter)
		text_add(&c->filter, " ");
	text_add(&c->filter, word);
	c->has_filter = true;
}

/* Options may stand behind the filter, too, as getopt(3) takes them. */
static void take_word(struct command *c)
{
	const char *word = text_string(&c->word);

	if (c->only_filter || word[0] != '-' || word[1] == '\0')
		take_filter_word(c, word);
	else if (strcmp(word, "--") == 0)
		c->only_filter = true;
	else if (word[1] == '-')
		take_long_option(c, word + 2);
	else
		take_short_options(c, word + 1);
}

/* `at` stands behind the program's name. */
static void read_command(struct tcpdump_log *log, const char *line,
			 const char *at)
{
	struct command c = { .log = log, .at = at };

	forget_run(log);
	set_text(&log->command, line);
	while (next_word(&c))
		take_word(&c);
	if (!c.filter_unknown)
		set_text(&log->filter, text_string(&c.filter));
	text_release(&c.word);
	text_release(&c.filter);
}

static const char *behind(const char *line, const char *start)
{
	size_t len = strlen(start);

	return strncmp(line, start, len) == 0 ? line + len : NULL;
}

/*
 * Behind the program's name where the line is a command: nothing but what a
 * shell shows, and sudo, stands before it, so that no packet that is printed
 * into the log passes for one.
 */
static const char *find_command(const char *line)
{
	const char *at = line + strspn(line, "+$#> \t"), *rest, *slash;
	size_t len;

	if ((rest = behind(at, "sudo ")) != NULL)
		at = rest + strspn(rest, " ");
	len = strcspn(at, " \t");
	slash = memrchr(at, '/', len);
	rest = behind(slash != NULL ? slash + 1 : at, "tcpdump");
	if (rest == NULL || rest != at + len)
		return NULL;
	/* Its answer to --version. */
	return behind(rest, " version ") == NULL ? rest : NULL;
}

static bool has_counts(const struct tcpdump_log *log)
{
	return log->captured >= 0 || log->received >= 0 ||
	       log->dropped_by_kernel >= 0;
}

/*
 * "any, link-type LINUX_SLL2 (Linux cooked v2), snapshot length 262144 bytes";
 * "capture size" before version 4.99.
 */
static void read_listening(struct tcpdump_log *log, const char *at)
{
	size_t len = strcspn(at, ",");
	const char *size = strstr(at, ", snapshot length ");

	/* A run whose command nobody logged. */
	if (has_counts(log))
		forget_run(log);
	free(log->interface);
	log->interface = must_calloc(len + 1, 1);
	memcpy(log->interface, at, len);
	if (size != NULL)
		size += strlen(", snapshot length ");
	else if ((size = strstr(at, ", capture size ")) != NULL)
		size += strlen(", capture size ");
	if (size != NULL)
		read_number(size, &log->snaplen);
}

/* "12 packets captured": the words behind the number decide. */
static const char *read_count(struct tcpdump_log *log, const char *at)
{
	const struct {
		const char *what;
		int64_t *where;
	} counts[] = {
		{ " captured", &log->captured },
		{ " received by filter", &log->received },
		{ " dropped by kernel", &log->dropped_by_kernel },
		{ " dropped by interface", &log->dropped_by_interface },
	};
	int64_t number;

	at = read_number(at, &number);
	if (at == NULL || (at = behind(at, " packet")) == NULL)
		return NULL;
	if (*at == 's')
		at++;
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		const char *rest = behind(at, counts[i].what);

		if (rest == NULL || (*rest != '\0' && *rest != ','))
			continue;
		*counts[i].where = number;
		return rest;
	}
	return NULL;
}

/* One a line at the end; asked by a signal, all on one. */
static void read_counts(struct tcpdump_log *log, const char *at)
{
	while (at != NULL && *at != '\0')
		at = read_count(log, at + strspn(at, ", "));
}

static void read_line(struct tcpdump_log *log, const char *line)
{
	const char *at, *rest;

	if ((at = find_command(line)) != NULL) {
		read_command(log, line, at);
		return;
	}
	/* A terminal shows how tcpdump was ended. */
	if ((at = behind(line, "^C")) == NULL)
		at = line;
	if ((rest = behind(at, "tcpdump: ")) != NULL)
		at = rest;
	if ((rest = behind(at, "listening on ")) != NULL)
		read_listening(log, rest);
	else
		read_counts(log, at);
}

static size_t line_length(struct bytes text)
{
	size_t len = 0;

	while (len < text.len && text.data[len] != '\n' &&
	       text.data[len] != '\r' && text.data[len] != '\0')
		len++;
	return len;
}

void tcpdump_log_read(struct tcpdump_log *log, struct bytes text)
{
	struct text line = { 0 };

	*log = (struct tcpdump_log){ 0 };
	forget_run(log);
	while (text.len > 0) {
		size_t len = line_length(text);

		text_clear(&line);
		if (len <= LINE_MAX_LEN)
			text_add_bytes(&line, text.data, len);
		read_line(log, text_string(&line));
		if (len < text.len)
			len++;
		text.data += len;
		text.len -= len;
	}
	text_release(&line);
}

void tcpdump_log_release(struct tcpdump_log *log)
{
	free(log->command);
	free(log->filter);
	free(log->file);
	free(log->interface);
	*log = (struct tcpdump_log){ 0 };
}
