/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/bytes.h"

#include <string.h>

#include "tests/test.h"


static const uint8_t data[] = {
	0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x88
};

static struct reader reader(size_t len)
{
	return reader_of((struct bytes){ data, len });
}

static void test_reads_integers_in_network_order(void **state)
{
	struct reader r = reader(sizeof(data));

	(void)state;
	assert_int_equal(read_u8(&r), 0x01);
	assert_int_equal(read_u16(&r), 0x0203);
	assert_int_equal(reader_offset(&r), 3);
	assert_int_equal(read_u32(&r), 0x04050607);
	assert_int_equal(reader_left(&r), 1);
	assert_int_equal(read_u8(&r), 0x88);
	assert_int_equal(reader_left(&r), 0);
	assert_true(reader_ok(&r));
}

static void test_reads_the_largest_integers(void **state)
{
	static const uint8_t ones[7] = { 255, 255, 255, 255, 255, 255, 255 };
	struct reader r = reader_of((struct bytes){ ones, sizeof(ones) });

	(void)state;
	assert_int_equal(read_u8(&r), UINT8_MAX);
	assert_int_equal(read_u16(&r), UINT16_MAX);
	assert_true(read_u32(&r) == UINT32_MAX);
	assert_true(reader_ok(&r));
}

static void test_hands_out_bytes_without_copying(void **state)
{
	struct reader r = reader(sizeof(data));
	struct bytes b;

	(void)state;
	skip(&r, 2);
	b = read_bytes(&r, 3);
	assert_ptr_equal(b.data, data + 2);
	assert_int_equal(b.len, 3);
	b = reader_rest(&r);
	assert_ptr_equal(b.data, data + 5);
	assert_int_equal(b.len, 3);
	assert_int_equal(reader_left(&r), 3);
	b = read_bytes(&r, 0);
	assert_int_equal(b.len, 0);
	assert_true(reader_ok(&r));
}

static void test_every_read_beyond_the_end_fails(void **state)
{
	struct reader r;

	(void)state;
	r = reader(0);
	assert_int_equal(read_u8(&r), 0);
	assert_false(reader_ok(&r));
	r = reader(1);
	assert_int_equal(read_u16(&r), 0);
	assert_false(reader_ok(&r));
	r = reader(3);
	assert_int_equal(read_u32(&r), 0);
	assert_false(reader_ok(&r));
	r = reader(3);
	assert_int_equal(read_bytes(&r, 4).len, 0);
	assert_false(reader_ok(&r));
	r = reader(3);
	skip(&r, SIZE_MAX);
	assert_false(reader_ok(&r));
}

static void test_stays_failed_after_running_off_the_end(void **state)
{
	struct reader r = reader(5);

	(void)state;
	skip(&r, 2);
	read_u32(&r);
	assert_false(reader_ok(&r));
	assert_int_equal(reader_offset(&r), 2);
	assert_int_equal(read_u8(&r), 0);
	assert_int_equal(read_bytes(&r, 0).len, 0);
	assert_int_equal(reader_rest(&r).len, 0);
	assert_int_equal(reader_offset(&r), 2);
	assert_false(reader_ok(&r));
}

static void test_nothing_can_be_read_as_nothing(void **state)
{
	struct reader r = reader_of((struct bytes){ NULL, 0 });

	(void)state;
	assert_int_equal(reader_left(&r), 0);
	assert_int_equal(reader_offset(&r), 0);
	assert_int_equal(reader_rest(&r).len, 0);
	assert_true(reader_ok(&r));
	assert_int_equal(read_u8(&r), 0);
	assert_false(reader_ok(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_integers_in_network_order),
		cmocka_unit_test(test_reads_the_largest_integers),
		cmocka_unit_test(test_hands_out_bytes_without_copying),
		cmocka_unit_test(test_every_read_beyond_the_end_fails),
		cmocka_unit_test(test_stays_failed_after_running_off_the_end),
		cmocka_unit_test(test_nothing_can_be_read_as_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
