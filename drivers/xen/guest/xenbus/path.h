/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Paths in the store. Pure.
 *
 * A path is absolute, starting with a slash, or relative to the domain's own
 * directory. The store's limits differ between the two.
 */
#ifndef XEN_STORE_PATH_H
#define XEN_STORE_PATH_H

#include <linux/types.h>

/* As long as the name of a device may be, its zero counted. */
#define STORE_NAME_MAX	32

/**
 * struct store_device - a device's place, from a path at or below it
 * @type: its type, such as "vif"
 * @owner: of a backend, the domain that the other end is in; or empty
 * @id: its name within the type, or within the domain
 * @len: how much of the path is the device's own directory
 */
struct store_device {
	char type[STORE_NAME_MAX];
	char owner[STORE_NAME_MAX];
	char id[STORE_NAME_MAX];
	size_t len;
};

int store_path_join(char *buf, size_t size, const char *dir, const char *node);
bool store_path_below(const char *path, const char *node);
int store_path_device(const char *path, const char *root, bool owned,
		      struct store_device *device);

#endif /* XEN_STORE_PATH_H */
