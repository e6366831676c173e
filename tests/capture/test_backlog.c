/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/backlog_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { LONGEST = 262144 };

/* Gives frames 0, 1, 2..., as many as it may; each is made of its number. */
struct numbers {
	atomic_int limit; /* so many are there up to now */
	size_t frame_len;
	bool ends; /* with the limit */
	atomic_int taken;
	atomic_int looks;
	uint8_t bytes[LONGEST];
};

static int take_number(void *context, struct frame *frame)
{
	struct numbers *n = context;

	if (n->taken == n->limit)
		return n->ends ? -1 : 0;
	memset(n->bytes, n->taken, n->frame_len);
	*frame = (struct frame){ .time_ns = n->taken,
				 .interface = (uint32_t)n->taken % 7,
				 .wire_len = (uint32_t)n->taken + 1,
				 .bytes = { n->bytes, n->frame_len } };
	n->taken++;
	return 1;
}

static void wait_shortly(void *context)
{
	(void)context;
	usleep(1000);
}

static void count_look(void *context)
{
	struct numbers *n = context;

	n->looks++;
}

static struct backlog *begin(struct numbers *n)
{
	struct backlog_source source = { take_number, wait_shortly, count_look,
					 n };
	struct backlog *b = backlog_new(&source);

	assert_non_null(b);
	return b;
}

static int wait_for_next(struct backlog *b, struct frame *frame)
{
	int rc;

	while ((rc = backlog_next(b, frame)) == 0)
		backlog_wait(b, 1000);
	return rc;
}

static void assert_is(const struct frame *f, int number, size_t len)
{
	assert_int_equal(f->time_ns, number);
	assert_true(f->has_time);
	assert_int_equal(f->interface, number % 7);
	assert_int_equal(f->wire_len, number + 1);
	assert_int_equal(f->bytes.len, len);
	assert_int_equal(f->bytes.data[0], number & 0xff);
	assert_int_equal(f->bytes.data[len - 1], number & 0xff);
}

static void test_all_come_in_their_order(void **state)
{
	static struct numbers n = { .limit = 100000,
				    .frame_len = 99,
				    .ends = true };
	struct backlog *b = begin(&n);
	struct frame frame;

	(void)state;
	for (int i = 0; i < n.limit; i++) {
		assert_int_equal(wait_for_next(b, &frame), 1);
		assert_is(&frame, i, 99);
	}
	assert_int_equal(wait_for_next(b, &frame), -1);
	assert_int_equal(wait_for_next(b, &frame), -1);
	backlog_free(b);
}

/* It does not wait for a block to be full. */
static void test_one_alone_comes_at_once(void **state)
{
	static struct numbers n = { .frame_len = 1 };
	struct backlog *b = begin(&n);
	struct frame frame;

	(void)state;
	assert_int_equal(backlog_next(b, &frame), 0);
	for (int i = 0; i < 100; i++) {
		n.limit++;
		assert_int_equal(wait_for_next(b, &frame), 1);
		assert_is(&frame, i, 1);
		assert_int_equal(backlog_next(b, &frame), 0);
	}
	backlog_free(b);
}

/* Of 160 MB; while nobody asks the source is left alone, but looked at. */
static void test_what_waits_is_bounded_and_nothing_is_lost(void **state)
{
	static struct numbers n = { .limit = 640, .frame_len = LONGEST - 40 };
	struct backlog *b = begin(&n);
	struct frame frame;

	(void)state;
	/* The first one is when there is no room, or nothing more to take. */
	while (n.looks < 3)
		usleep(10000);
	assert_in_range(n.taken, 256, 600);
	for (int i = 0; i < n.limit; i++) {
		assert_int_equal(wait_for_next(b, &frame), 1);
		assert_is(&frame, i, LONGEST - 40);
	}
	backlog_free(b);
}

static void test_what_was_taken_is_given_after_a_stop(void **state)
{
	static struct numbers n = { .limit = 5000, .frame_len = 300 };
	struct backlog *b = begin(&n);
	struct frame frame;

	(void)state;
	assert_int_equal(wait_for_next(b, &frame), 1);
	backlog_stop(b);
	backlog_stop(b);
	n.limit += 10;
	for (int i = 1; i < n.taken; i++) {
		assert_int_equal(backlog_next(b, &frame), 1);
		assert_is(&frame, i, 300);
	}
	assert_int_equal(backlog_next(b, &frame), -1);
	backlog_free(b);
	backlog_free(NULL);
}

static void test_it_may_be_given_up_while_it_is_full(void **state)
{
	static struct numbers n = { .limit = 640, .frame_len = LONGEST };

	(void)state;
	backlog_free(begin(&n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_come_in_their_order),
		cmocka_unit_test(test_one_alone_comes_at_once),
		cmocka_unit_test(
			test_what_waits_is_bounded_and_nothing_is_lost),
		cmocka_unit_test(test_what_was_taken_is_given_after_a_stop),
		cmocka_unit_test(test_it_may_be_given_up_while_it_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
