/* SPDX-License-Identifier: BSD-3-Clause */
/* Good messages, for wire.h. */
#ifndef TESTS_DNS_SAMPLES_H
#define TESTS_DNS_SAMPLES_H

#define QUERY                                                           \
	"102d 0100 0001 0000 0000 0001 \"Kube.default.svc.\" 001c 0001" \
	"00 0029 04d0 0000 8000 000c 000a 0008 0102030405060708"

/* Aliases and addresses, as most answers. */
#define ANSWER                                                         \
	"102d 8580 0001 0003 0000 0001 \"www.example.com.\" 0001 0001" \
	"c00c 0005 0001 0000003c 0006 03 'web' c010"                   \
	"c02d 0001 0001 0000001e 0004 0a000001"                        \
	"c02d 0001 0001 0000001f 0004 0a000002"                        \
	"00 0029 04d0 0000 0000 0000"

/* No such name, with SOA and extended error. */
#define NXDOMAIN                                                        \
	"102e 8183 0001 0000 0001 0001 \"nope.example.com.\" 0001 0001" \
	"c011 0006 0001 00000384 0021 02 'ns' c011 05 'admin' c011"     \
	"00000001 00000e10 00000258 00093a80 0000012c"                  \
	"00 0029 04d0 0000 0000 000b 000f 0007 0016 'quiet'"

/* Records of many formats. */
#define ZOO                                                        \
	"0007 8400 0001 0007 0000 0001 \"example.com.\" 00ff 0001" \
	"c00c 000f 0001 00000e10 0009 000a 04 'mail' c00c"         \
	"c00c 0021 0001 00000e10 0008 0001 0002 0035 c00c"         \
	"c00c 0010 0001 00000e10 0007 03 'a\"b' 02 'cd'"           \
	"c00c 002f 0001 00000e10 0009 c00c 0005 6200000200"        \
	"c00c 002b 0001 00000e10 0006 0001 08 02 abcd"             \
	"c00c 0006 0001 00000e10 0018 c00c c00c 00000001 00000002" \
	"00000003 00000004 00000005"                               \
	"c00c ff00 0001 00000e10 0004 0a000001"                    \
	"00 0029 04d0 0000 0000 0000"

#endif
