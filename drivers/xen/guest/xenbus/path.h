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
 * @id: its name within the type
 * @exact: whether the path was the device's own, not one below
 */
struct store_device {
	char type[STORE_NAME_MAX];
	char id[STORE_NAME_MAX];
	bool exact;
};

int store_path_join(char *buf, size_t size, const char *dir, const char *node);
bool store_path_below(const char *path, const char *node);
int store_path_device(const char *path, const char *root,
		      struct store_device *device);

#endif /* XEN_STORE_PATH_H */
