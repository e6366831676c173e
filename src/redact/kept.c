/* SPDX-License-Identifier: BSD-3-Clause */
/* Suffixes that are nobody's but are on no list of public ones. */
#include <stdio.h>
#include <string.h>

#include "redact/redact_private.h"
#include "redact/suffix_private.h"

/* With all that is behind them: a label is kept only if its tail is. */
static const char *const suffixes[] = {
	/* RFC 6761, 6762, 8375, and ICANN's for private use */
	"local", "example", "test", "invalid", "localhost", "internal",
	"example.com", "example.net", "example.org", "home.arpa",
	"in-addr.arpa", "ip6.arpa",
	/* clusters and clouds */
	"cluster.local", "cloudapp.net", "internal.cloudapp.net", "azure.com",
	"azure.net", "windows.net", "core.windows.net",
	"blob.core.windows.net", "file.core.windows.net",
	"queue.core.windows.net", "table.core.windows.net",
	"dfs.core.windows.net", "web.core.windows.net",
	"database.windows.net", "servicebus.windows.net", "azmk8s.io",
	"azurecr.io", "azurewebsites.net", "trafficmanager.net",
	"cloudapp.azure.com", "vault.azure.net", "vaultcore.azure.net",
	"documents.azure.com", "postgres.database.azure.com",
	"mysql.database.azure.com", "database.azure.com", "monitor.azure.com",
	"opinsights.azure.com", "microsoft.com", "mcr.microsoft.com",
	"data.mcr.microsoft.com", "microsoftonline.com",
	"login.microsoftonline.com", "management.azure.com",
	"amazonaws.com", "googleapis.com", "compute.internal", "ec2.internal"
};

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

	if (!join(name, sizeof(name), label, len, parent))
		return false;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (strcmp(suffixes[i], name) == 0)
			return true;
	return suffix_is_public(name);
}
