/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/own_interfaces.h"

#include <net/if.h>

#include "base/text.h"
#include "store/notes.h"

static int put(struct store *s, int64_t note, const struct if_nameindex *i)
{
	struct text json = { 0 };
	struct bytes bytes;
	int rc;

	text_addf(&json, "{\"ifindex\":%u,\"ifname\":", i->if_index);
	text_add_json(&json, i->if_name);
	text_add(&json, "}");
	bytes = (struct bytes){ (const uint8_t *)text_string(&json), json.len };
	rc = notes_add_interface(s, note, "this node", bytes);
	text_release(&json);
	return rc;
}

int64_t own_interfaces_put(struct store *s, struct ingest *in)
{
	struct if_nameindex *all = if_nameindex();
	int64_t note = all != NULL ? ingest_next_note(in) : 0;
	int rc = 1;

	for (size_t i = 0; note != 0 && rc >= 0 && all[i].if_index != 0; i++)
		rc = put(s, note, &all[i]);
	if (all != NULL)
		if_freenameindex(all);
	return rc >= 0 ? note : 0;
}
