/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"

const char *fuzz_file(const uint8_t *data, size_t len)
{
	static char path[64];
	static int fd = -1;
	ssize_t done = 1;

	if (fd < 0)
		fd = memfd_create("input", 0);
	CHECK(fd >= 0 && ftruncate(fd, 0) == 0);
	for (size_t at = 0; at < len && done > 0; at += (size_t)done)
		done = pwrite(fd, data + at, len - at, (off_t)at);
	CHECK(done > 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

char *fuzz_string(struct bytes bytes)
{
	char *string = must_calloc(bytes.len + 1, 1);

	if (bytes.len > 0)
		memcpy(string, bytes.data, bytes.len);
	return string;
}

struct store *fuzz_store(void)
{
	static struct store *s;

	if (s == NULL)
		s = store_open_temporary();
	CHECK(s != NULL);
	return s;
}

void fuzz_touch(struct bytes bytes)
{
	static volatile uint8_t sum;

	for (size_t i = 0; i < bytes.len; i++)
		sum = (uint8_t)(sum + bytes.data[i]);
}
