/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interfaces as they are on nodes, whichever files tell of them: the next file
 * of a ring shows the same ones.
 */
#ifndef PIPELINE_PLACES_H
#define PIPELINE_PLACES_H

#include <stdint.h>

#include "capture/capture.h"

struct places;

struct places *places_new(void);
void places_free(struct places *p);

/*
 * A number, from 1, of an interface of a node: by its name and description, or
 * by its place in the file where it has none.  Of two files that were captured
 * at the same time, each by itself, unnamed interfaces are different ones:
 * those of different lanes.  LINUX_SLL2 tells in each packet which interface
 * it is, so that lanes don't matter.
 */
uint32_t places_interface(struct places *p, uint32_t node, uint32_t lane,
			  const struct capture_interface *interface,
			  uint32_t number);

#endif
