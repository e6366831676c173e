/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CAPTURE_GUNZIP_PRIVATE_H
#define CAPTURE_GUNZIP_PRIVATE_H

#include "capture/unpack_private.h"

/* What unpack_compressed() gives for gzip. */
struct input *gunzip_open(struct input *packed, struct ledger *ledger);

#endif
