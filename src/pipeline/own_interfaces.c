/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/own_interfaces.h"

#include <net/if.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/notes.h"

struct own_interfaces {
	struct if_nameindex *all; /* the last one has number 0 */
};

struct own_interfaces *own_interfaces_new(void)
{
	struct if_nameindex *all = if_nameindex();
	struct own_interfaces *own;

	if (all == NULL)
		return NULL;
	own = must_calloc(1, sizeof(*own));
	own->all = all;
	return own;
}

void own_interfaces_free(struct own_interfaces *own)
{
	if (own == NULL)
		return;
	if_freenameindex(own->all);
	free(own);
}

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

int64_t own_interfaces_put(const struct own_interfaces *own, struct store *s,
			   struct ingest *in)
{
	int64_t note = own != NULL ? ingest_next_note(in) : 0;
	int rc = 1;

	for (size_t i = 0; note != 0 && rc >= 0 && own->all[i].if_index != 0;
	     i++)
		rc = put(s, note, &own->all[i]);
	return rc >= 0 ? note : 0;
}
