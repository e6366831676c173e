/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stands for libFuzzer where there is none: gives a target each file that is
 * named, and each in the directories that are.
 */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

/* The targets' mutators want it; they have no work here. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t len, size_t room)
{
	(void)data;
	(void)room;
	return len;
}

static void read_file(struct text *t, const char *path)
{
	FILE *in = fopen(path, "rb");
	char chunk[4096];
	size_t len;

	CHECK(in != NULL);
	while ((len = fread(chunk, 1, sizeof(chunk), in)) > 0)
		text_add_bytes(t, chunk, len);
	CHECK(!ferror(in));
	fclose(in);
}

/* A copy of the right size: a sanitizer sees who reads beyond it. */
static size_t replay_file(const char *path)
{
	struct text t = { 0 };
	uint8_t *copy;

	fprintf(stderr, "%s\n", path);
	read_file(&t, path);
	copy = must_memdup(text_string(&t), t.len);
	LLVMFuzzerTestOneInput(copy, t.len);
	free(copy);
	text_release(&t);
	return 1;
}

static size_t replay(const char *path);

static size_t replay_directory(const char *path)
{
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, NULL, alphasort);
	size_t files = 0;

	CHECK(count >= 0);
	for (int i = 0; i < count; i++) {
		struct text t = { 0 };

		text_addf(&t, "%s/%s", path, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.')
			files += replay(text_string(&t));
		text_release(&t);
		free(entries[i]);
	}
	free(entries);
	return files;
}

static size_t replay(const char *path)
{
	struct stat st;

	CHECK(stat(path, &st) == 0);
	return S_ISDIR(st.st_mode) ? replay_directory(path) : replay_file(path);
}

/* libFuzzer's options begin with a hyphen. */
int main(int argc, char **argv)
{
	size_t files = 0;

	for (int i = 1; i < argc; i++)
		if (argv[i][0] != '-')
			files += replay(argv[i]);
	printf("%s: %zu files\n", argv[0], files);
	return files > 0 ? 0 : 1;
}
