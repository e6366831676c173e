/* SPDX-License-Identifier: BSD-3-Clause */
/* Tells by names and first bytes what is worth reading. */
#include "capture/container_private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "capture/capture_private.h"
#include "capture/unpack_private.h"

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len >= end_len && strcmp(name + len - end_len, end) == 0;
}

bool names_notes(const char *name)
{
	const char *base = name;

	for (; *name != '\0'; name++)
		if (*name == '/' || *name == '!')
			base = name + 1;
	return strcmp(base, "tcpdump.log") == 0 ||
	       strcmp(base, "ip-resources.txt") == 0 ||
	       ends_with(base, ".tcpdump.log");
}

bool begins_like_json(struct bytes head)
{
	for (size_t i = 0; i < head.len; i++)
		if (head.data[i] == '{' || head.data[i] == '[')
			return true;
		else if (memchr("\0 \t\r\n\xef\xbb\xbf\xff\xfe", head.data[i],
				10) == NULL)
			return false;
	return false;
}

const char *why_no_capture(struct bytes head)
{
	const char *advice = foreign_advice(head);

	if (head.len == 0)
		return "empty file, not a capture";
	return advice != NULL ? advice : "not a pcap or pcapng file";
}

/*
 * Asked by name: opening a pipe and closing it would lose its data.  1, 0, or
 * -1: errno tells why it cannot be asked.
 */
static int is_regular_file(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return -1;
	return S_ISREG(status.st_mode);
}

int container_is_one(const char *path)
{
	struct input *file;
	struct bytes head;
	int rc = is_regular_file(path);

	if (rc == -1)
		return fail("%s: %s", path, strerror(errno));
	if (rc == 0)
		return 0;
	file = input_open(path);
	head = input_peek(file, HEAD_LEN);
	rc = capture_recognises(head) || names_notes(path) ||
	     packing_of(head) != PACKING_NONE;
	if (input_error(file) != NULL)
		rc = fail("%s: %s", path, input_error(file));
	input_close(file);
	return rc;
}

const char *container_advice(const char *path)
{
	const char *advice;
	struct input *file;

	if (is_regular_file(path) != 1)
		return NULL;
	file = input_open(path);
	advice = foreign_advice(input_peek(file, HEAD_LEN));
	input_close(file);
	return advice;
}
