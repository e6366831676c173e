/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What stays.  Words stay wherever they are: a search list puts its suffix
 * behind any name, which then goes on as it did.  Public suffixes stay at the
 * end of a name only: many of them are words that namespaces are called by.
 */
#include <stdio.h>
#include <string.h>

#include "redact/redact_private.h"
#include "redact/suffix_private.h"

static const char *const words[] = {
	/* of Kubernetes */
	"svc", "pod", "cluster", "default", "kube-system", "kube-dns",
	"coredns", "kubernetes", "kube-public", "kube-node-lease",
	"kube-dns-upstream", "node-local-dns",
	/* what the store calls what everybody knows */
	"azure-dns", "localdns", "nodelocaldns", "instance-metadata", "unknown",
	/* domains for all, RFC 6761 and 6762, and ICANN's for private use */
	"com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "arpa",
	"in-addr", "ip6", "local", "localhost", "example", "test", "invalid",
	"internal",
	/* of clouds */
	"azure", "windows", "microsoft", "cloudapp", "core", "blob", "vault",
	"vaultcore", "servicebus", "privatelink", "azmk8s", "azurecr",
	"azurewebsites", "trafficmanager", "microsoftonline", "mcr",
	"amazonaws", "googleapis", "ec2", "compute",
	/* of blocklists, whose denials are answers */
	"dnsbl", "spamhaus", "spamcop", "barracudacentral", "sorbs", "dnswl",
	"surbl", "uribl"
};

static bool is_of_country(const uint8_t *label, size_t len)
{
	char name[3] = "";

	if (len != 2)
		return false;
	memcpy(name, label, len);
	return suffix_is_public(name);
}

bool word_is_kept(const uint8_t *label, size_t len)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == len &&
		    memcmp(words[i], label, len) == 0)
			return true;
	return is_of_country(label, len);
}

/* A byte that is no letter of names makes it no suffix. */
static bool join(char *name, size_t size, const uint8_t *label, size_t len,
		 const char *parent)
{
	for (size_t i = 0; i < len; i++)
		if (label[i] <= ' ' || label[i] == '.' || label[i] >= 0x7f)
			return false;
	return snprintf(name, size, "%.*s%s%s", (int)len, (const char *)label,
			parent[0] != '\0' ? "." : "", parent) < (int)size;
}

bool suffix_is_kept(const uint8_t *label, size_t len, const char *parent)
{
	char name[NAME_MAX_LEN + 1];

	return word_is_kept(label, len) ||
	       (join(name, sizeof(name), label, len, parent) &&
		suffix_is_public(name));
}
