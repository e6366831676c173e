/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/node_name.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"

enum { FILE_NAME_MAX = 4096 };

static const char group_name[] = "node";

/* What the clouds call their nodes; more than the name's start is asked for. */
#define AKS         "aks-[a-z0-9]+-[0-9]+-(?:vmss[0-9a-z]{6}|vms[0-9]+|[0-9]+)"
#define AKS_WINDOWS "aks[a-z0-9]{1,6}[0-9a-z]{6}"
#define EKS                                         \
	"ip(?:-[0-9]{1,3}){4}(?:\\.ec2\\.internal|" \
	"\\.[a-z0-9-]+\\.compute\\.internal)?"
#define GKE "gke-[a-z0-9-]+-[0-9a-f]{8}-[a-z0-9]{4}"

/* Of Retina; and what `tcpdump -w $(hostname)-%Y%m%dT%H%M%SZ.pcap` gives. */
#define TIME "[0-9]{14}UTC|[0-9]{8}T?[0-9]{6}Z?"

/* Where a name ends; editcap and dumpcap number the parts they make. */
#define END "(?:_[0-9]{5}_[0-9]{14})?(?:$|\\.)"

/*
 * Retina's own name for a capture, where the user gave none: with the five
 * characters that Kubernetes generates (no vowels, none that look alike).
 */
#define RETINA "retina-capture-(?:[bcdfghjklmnpqrstvwxz2456789]{5}-)?"
#define OURS   "dnsforensics-" /* contrib/kubectl-dnsforensics */
#define HOST   "[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?"

static const char *const known[] = {
	"(?:^|[-_])(?<node>" AKS "|" AKS_WINDOWS "|" EKS "|" GKE
	")(?:[-_](?:" TIME "))?" END,
	"^" RETINA "(?<node>" HOST ")-[0-9]{14}UTC" END,
	"^" OURS "(?<node>" HOST ")-[0-9]{14}UTC" END,
};

struct pattern *node_name_pattern(const char *expression)
{
	char why[PATTERN_WHY_MAX];
	size_t where = 0;
	struct pattern *p = pattern_new(expression, why, &where);

	if (p == NULL) {
		fail("--node-from: %s, at character %zu of \"%s\"", why,
		     where + 1, expression);
		return NULL;
	}
	if (pattern_has_group(p, group_name))
		return p;
	fail("--node-from: \"%s\" has no group (?<node>...), which says what "
	     "the node's name is",
	     expression);
	pattern_free(p);
	return NULL;
}

static bool take_group(const struct pattern *p, const char *text, size_t len,
		       char *node)
{
	struct bytes group;

	if (!pattern_group(p, group_name, text, len, &group) ||
	    group.len == 0 || group.len >= NODE_NAME_MAX ||
	    memchr(group.data, '\0', group.len) != NULL)
		return false;
	memcpy(node, group.data, group.len);
	node[group.len] = '\0';
	return true;
}

static bool find_known(const char *part, size_t len, char *node)
{
	bool found = false;

	for (size_t i = 0; !found && i < sizeof(known) / sizeof(*known); i++) {
		char why[PATTERN_WHY_MAX];
		size_t where;
		struct pattern *p = pattern_new(known[i], why, &where);

		assert(p != NULL);
		found = take_group(p, part, len, node);
		pattern_free(p);
	}
	return found;
}

/* How many bytes at the end of a name stand behind the last such character. */
static size_t tail(const char *name, size_t len, char border)
{
	size_t start = len;

	while (start > 0 && name[start - 1] != border)
		start--;
	return len - start;
}

bool node_name_find(const char *name, const struct pattern *from,
		    char node[NODE_NAME_MAX])
{
	size_t len = strnlen(name, FILE_NAME_MAX);

	if (from != NULL && take_group(from, name, len, node))
		return true;
	for (;;) {
		size_t part = tail(name, len, '!');
		size_t base = tail(name + len - part, part, '/');

		if (find_known(name + len - base, base, node))
			return true;
		if (part == len)
			return false;
		len -= part + 1;
	}
}
