/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/reopen_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

struct container *reopen_at(struct run *run, const struct input *input)
{
	struct container *c = run->kept;
	bool goes_on = c != NULL && strcmp(run->kept_path, input->path) == 0 &&
		       container_index(c) < input->member;

	if (goes_on)
		run->kept = NULL;
	else
		c = container_open(input->path, true);
	while (c != NULL && container_next(c) == 1)
		if (container_index(c) == input->member) {
			container_speak(c);
			return c;
		}
	container_close(c);
	fail("%s: cannot be read a second time; is it changing, or gone?",
	     input->name);
	return NULL;
}

struct container *reopen_beside(const struct input *input)
{
	struct container *c = container_open(input->path, true);

	while (c != NULL && container_next(c) == 1)
		if (container_index(c) == input->member)
			return c;
	container_close(c);
	return NULL;
}

void reopen_keep(struct run *run, struct container *c, const char *path)
{
	container_close(run->kept);
	free(run->kept_path);
	run->kept = c;
	run->kept_path = c != NULL ? must_strdup(path) : NULL;
}
