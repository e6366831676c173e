/* SPDX-License-Identifier: BSD-3-Clause */
/* Which messages were from or to the pods that the user means. */
#ifndef REPORT_PODS_H
#define REPORT_PODS_H

#include "k8s/choice.h"
#include "store/store.h"

/*
 * 1: a snapshot or a capture tells of pods; 0: none does; -1: already
 * reported.
 */
int pods_are_known(struct store *s);

/* The same of names that addresses of the captures have. */
int pods_have_addresses(struct store *s);

/*
 * Makes temp.chosen (message_id, transaction_id), of the messages that were
 * captured at such a pod's interface or have it at one of their ends at that
 * time.  Says so where there is no such pod at all.  -1: already reported.
 */
int pods_choose(struct store *s, const struct choice *choice);

/* Again and silently, since messages or pods may be others now. */
int pods_rechoose(struct store *s, const struct choice *choice);

#endif
