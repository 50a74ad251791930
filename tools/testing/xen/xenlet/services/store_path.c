// SPDX-License-Identifier: GPL-2.0
/* Path names of the store: which are allowed and what they stand for. */
#include <xenlet/lib.h>

#include <xen/errno.h>

#include "store.h"

static bool char_allowed(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || strchr("-/_@:", c);
}

static bool path_allowed(const char *path)
{
	unsigned int depth = 0;
	const char *p;

	for (p = path; *p; p++) {
		if (!char_allowed(*p))
			return false;
		if (*p != '/')
			continue;
		if (p[1] == '/' || (!p[1] && p != path))
			return false;
		depth++;
	}
	return p != path && depth <= STORE_MAX_DEPTH;
}

int path_canonical(domid_t domid, const char *in, char *out)
{
	size_t len = strlen(in);
	int skip;

	if (*in == '/') {
		if (len > XENSTORE_ABS_PATH_MAX)
			return -XEN_EINVAL;
		skip = 0;
	} else {
		if (!len || *in == '@' || len > XENSTORE_REL_PATH_MAX)
			return -XEN_EINVAL;
		skip = snprintf(out, STORE_PATH_MAX, "/local/domain/%u/",
				domid);
	}
	memcpy(out + skip, in, len + 1);
	return path_allowed(out) ? skip : -XEN_EINVAL;
}

/* True also for @dir itself. */
bool path_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	if (!strcmp(dir, "/"))
		return *path == '/';
	return !strncmp(path, dir, len) && (!path[len] || path[len] == '/');
}
