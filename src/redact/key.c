/* SPDX-License-Identifier: BSD-3-Clause */
/* The key's file, and what is made of the key. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "redact/redact_private.h"

enum { DIGITS = 2 * REDACT_KEY_SIZE };

/* Each use has a key of its own. */
static void derive(const uint8_t *key, const char *purpose, uint8_t *out)
{
	struct hmac *h = hmac_new(key);

	hmac_sum(h, purpose, strlen(purpose), out);
	hmac_free(h);
}

static void set_check(struct redactor *r, const uint8_t *key)
{
	uint8_t sum[SHA256_SIZE];

	derive(key, "dnsforensics check", sum);
	for (int i = 0; i < (REDACT_CHECK_SIZE - 1) / 2; i++)
		snprintf(r->check + 2 * i, 3, "%02x", sum[i]);
}

struct redactor *redactor_new(const uint8_t key[REDACT_KEY_SIZE])
{
	struct redactor *r = must_calloc(1, sizeof(*r));
	uint8_t sum[SHA256_SIZE];

	set_check(r, key);
	derive(key, "dnsforensics names", sum);
	r->hmac = hmac_new(sum);
	derive(key, "dnsforensics addresses", sum);
	r->aes = aes128_new(sum);
	aes128_encrypt(r->aes, sum + AES128_SIZE, r->pad);
	alphabet_of_text(&r->text);
	alphabet_of_digits(&r->digits);
	alphabet_of_bytes(&r->bytes);
	r->cache = must_calloc(CACHE_SIZE, sizeof(*r->cache));
	return r;
}

void redactor_free(struct redactor *r)
{
	if (r == NULL)
		return;
	seen_close(r->seen);
	hmac_free(r->hmac);
	aes128_free(r->aes);
	free(r->cache);
	explicit_bzero(r, sizeof(*r));
	free(r);
}

const char *redactor_check(const struct redactor *r)
{
	return r->check;
}

static int digit_of(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

static bool parse_key(const char *text, size_t len, uint8_t *key)
{
	if (len == DIGITS + 1 && text[DIGITS] == '\n')
		len--;
	if (len != DIGITS)
		return false;
	for (size_t i = 0; i < REDACT_KEY_SIZE; i++) {
		int high = digit_of(text[2 * i]);
		int low = digit_of(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		key[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static int check_kind(const char *path, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fail("%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail("%s: a key is a file", path);
	return 0;
}

/* Only of a key: who named another file by mistake is not to change that. */
static int check_mode(const char *path, int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && (st.st_mode & 077) == 0)
		return 0;
	return fail("%s: others may read this key; chmod 600 it, or name "
		    "another one with --key",
		    path);
}

static int read_key(const char *path, int fd, uint8_t *key)
{
	char text[DIGITS + 3];
	ssize_t len = read(fd, text, sizeof(text));
	int rc = 0;

	if (len < 0)
		rc = fail("%s: %s", path, strerror(errno));
	else if (!parse_key(text, (size_t)len, key))
		rc = fail("%s: not a key: it has to be %d digits of 0 to 9 "
			  "and a to f",
			  path, DIGITS);
	explicit_bzero(text, sizeof(text));
	return rc;
}

static int write_key(const char *path, int fd, const uint8_t *key)
{
	char text[DIGITS + 2];
	ssize_t written;

	for (size_t i = 0; i < REDACT_KEY_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", key[i]);
	text[DIGITS] = '\n';
	written = write(fd, text, DIGITS + 1);
	explicit_bzero(text, sizeof(text));
	if (written == DIGITS + 1 && fsync(fd) == 0)
		return 0;
	fail("%s: %s", path, written < 0 ? strerror(errno) : "disk full");
	unlink(path);
	return -1;
}

/* 1: made; 0: there is one; -1: already reported.  Never over another file. */
static int make_key(const char *path, uint8_t *key)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int rc;

	if (fd < 0)
		return errno == EEXIST ? 0
				       : fail("%s: no key can be made: %s",
					      path, strerror(errno));
	rc = getrandom(key, REDACT_KEY_SIZE, 0) == REDACT_KEY_SIZE
		     ? write_key(path, fd, key)
		     : fail("%s: no random bytes for a key", path);
	close(fd);
	return rc == 0 ? 1 : -1;
}

static int load_key(const char *path, uint8_t *key)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return fail("%s: %s", path,
			    errno == ENOENT ? "there is no such key; --key "
					      "FILE names it"
					    : strerror(errno));
	rc = check_kind(path, fd);
	if (rc == 0)
		rc = read_key(path, fd, key);
	if (rc == 0)
		rc = check_mode(path, fd);
	close(fd);
	return rc;
}

void redactor_flush(struct redactor *r)
{
	if (r != NULL)
		seen_flush(r->seen);
}

struct redactor *redactor_open(const char *path, bool may_make)
{
	uint8_t key[REDACT_KEY_SIZE];
	struct redactor *r = NULL;
	int rc = may_make ? make_key(path, key) : 0;

	/* 1: it is new. */
	if (rc == 0)
		rc = load_key(path, key);
	if (rc >= 0) {
		r = redactor_new(key);
		r->seen = seen_open(path, rc == 1, may_make);
	}
	explicit_bzero(key, sizeof(key));
	return r;
}
