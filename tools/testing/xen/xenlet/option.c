// SPDX-License-Identifier: GPL-2.0
/*
 * Options on xenlet's command line, spelled as Xen's. Stateless.
 */
#include <xenlet/config_read.h>
#include <xenlet/lib.h>

const char *option_find(const char *line, const char *name)
{
	size_t len = strlen(name);

	while (line && *line) {
		while (*line == ' ')
			line++;
		if (!strncmp(line, name, len) && line[len] == '=')
			return line + len + 1;
		line = strchr(line, ' ');
	}
	return NULL;
}

bool option_size(const char *text, u64 *bytes)
{
	static const char units[] = "bBkKmMgG";
	const char *unit;
	char *end;
	u64 value;

	value = strtoul(text, &end, 10);
	if (end == text)
		return false;
	unit = *end ? strchr(units, *end) : NULL;
	if (unit)
		end++;
	if (*end && *end != ' ')
		return false;
	/* Two letters a unit; without one it is the second unit. */
	*bytes = value << 10 * (unit ? (unit - units) / 2 : 1);
	return *bytes >> 10 * (unit ? (unit - units) / 2 : 1) == value;
}
