/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/fields_private.h"

enum { END_OF_OPTIONS = 0 };

struct fields fields_of(struct bytes bytes, bool little_endian)
{
	return (struct fields){ reader_of(bytes), little_endian };
}

uint16_t fields_u16(struct fields *f)
{
	uint16_t value = read_u16(&f->reader);

	return f->little_endian ? __builtin_bswap16(value) : value;
}

uint32_t fields_u32(struct fields *f)
{
	uint32_t value = read_u32(&f->reader);

	return f->little_endian ? __builtin_bswap32(value) : value;
}

size_t fields_left(const struct fields *f)
{
	return reader_left(&f->reader);
}

struct bytes fields_bytes(struct fields *f, size_t len)
{
	struct bytes bytes = read_bytes(&f->reader, len);
	size_t padding = -len & 3;

	skip(&f->reader, padding < fields_left(f) ? padding : fields_left(f));
	return bytes;
}

bool next_option(struct fields *f, struct option *option)
{
	size_t len;

	option->code = fields_u16(f);
	len = fields_u16(f);
	option->value = fields_bytes(f, len);
	option->little_endian = f->little_endian;
	return reader_ok(&f->reader) && option->code != END_OF_OPTIONS;
}

uint32_t option_u32(const struct option *option)
{
	struct fields f = fields_of(option->value, option->little_endian);

	return option->value.len == 4 ? fields_u32(&f) : 0;
}

uint64_t option_u64(const struct option *option)
{
	struct fields f = fields_of(option->value, option->little_endian);
	uint64_t first = fields_u32(&f), second = fields_u32(&f);

	if (option->value.len != 8)
		return 0;
	return f.little_endian ? second << 32 | first : first << 32 | second;
}
