/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which ends of names stay.  Each label for itself: it is kept if all behind it
 * is, and it and they are a suffix.
 */
#include <libpsl.h>
#include <string.h>

#include "redact/redact_private.h"
#include "redact/suffix_private.h"

bool redactor_has_suffixes(void)
{
	return psl_builtin() != NULL;
}

bool suffix_is_public(const char *name)
{
	const psl_ctx_t *psl = psl_builtin();
	const int type = PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE;
	const char *rest = strchr(name, '.');
	char probe[NAME_MAX_LEN + 8];

	if (psl == NULL || psl_is_public_suffix2(psl, name, type) != 1)
		return false;
	/* What only "*" makes a suffix is somebody's name. */
	snprintf(probe, sizeof(probe), "0-0%s", rest != NULL ? rest : "");
	return rest == NULL || psl_is_public_suffix2(psl, probe, type) != 1;
}
