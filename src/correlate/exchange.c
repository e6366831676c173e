/* SPDX-License-Identifier: BSD-3-Clause */
#include "correlate/exchange.h"

const char *exchange_state_name(enum exchange_state state)
{
	static const char *const names[EXCHANGE_STATES] = {
		[STATE_ANSWERED] = "answered",
		[STATE_ANSWERED_LATE] = "answered_late",
		[STATE_UNANSWERED] = "unanswered",
		[STATE_PENDING_AT_END] = "pending_at_end",
		[STATE_WRONG_SOURCE] = "wrong_source",
		[STATE_ORPHAN_RESPONSE] = "orphan_response",
		[STATE_ORPHAN_AT_START] = "orphan_at_start",
		[STATE_ANSWERED_ELSEWHERE] = "answered_elsewhere",
		[STATE_UNDECIDED] = "undecided",
		[STATE_ICMP_ERROR] = "icmp_error",
	};

	return names[state];
}

const char *message_kind_name(enum message_kind kind)
{
	static const char *const names[MESSAGE_KINDS] = {
		[KIND_QUERY] = "query",
		[KIND_TRANSFER] = "transfer",
		[KIND_NOTIFY] = "notify",
		[KIND_UPDATE] = "update",
		[KIND_OTHER] = "other",
		[KIND_MDNS] = "mdns",
		[KIND_LLMNR] = "llmnr",
		[KIND_HEALTH_CHECK] = "health_check",
		[KIND_LOOP_PROBE] = "loop_probe",
	};

	return names[kind];
}

const char *leg_confidence_name(enum leg_confidence confidence)
{
	static const char *const names[LEG_CONFIDENCES] = {
		[LEG_NONE] = "none",
		[LEG_AMBIGUOUS] = "ambiguous",
		[LEG_LIKELY] = "likely",
		[LEG_EXACT] = "exact",
	};

	return names[confidence];
}

const char *stray_role_name(enum stray_role role)
{
	static const char *const names[STRAY_ROLES] = {
		[ROLE_UNPAIRED] = "unpaired",
		[ROLE_ATTEMPT] = "attempt",
		[ROLE_DUPLICATE] = "duplicate_response",
		[ROLE_WRONG_SOURCE] = "wrong_source",
		[ROLE_CONTINUATION] = "continuation",
	};

	return names[role];
}
