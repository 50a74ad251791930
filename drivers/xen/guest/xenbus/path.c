// SPDX-License-Identifier: GPL-2.0
/* Paths in the store: joining, comparing, and taking a device's apart. */
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>
#include <xen/interface/io/xs_wire.h>

#include "path.h"

/**
 * store_path_join() - a directory and a node in it
 * @buf: where the path goes
 * @size: room there
 * @dir: the directory
 * @node: the node; if empty, the path is the directory's
 *
 * Return: the path's length, or -ENAMETOOLONG if it doesn't fit or is longer
 * than the store takes.
 */
int store_path_join(char *buf, size_t size, const char *dir, const char *node)
{
	size_t dir_len = strlen(dir), node_len = strlen(node);
	size_t len = dir_len + (node_len ? node_len + 1 : 0);
	size_t max = *dir == '/' ? XENSTORE_ABS_PATH_MAX :
				   XENSTORE_REL_PATH_MAX;

	if (len >= size || len > max)
		return -ENAMETOOLONG;

	memcpy(buf, dir, dir_len);
	if (node_len) {
		buf[dir_len] = '/';
		memcpy(buf + dir_len + 1, node, node_len);
	}
	buf[len] = '\0';
	return len;
}

/**
 * store_path_below() - is a path a node's own or one below it
 * @path: the path
 * @node: the node; the root has everything below it
 */
bool store_path_below(const char *path, const char *node)
{
	size_t len = strlen(node);

	if (strncmp(path, node, len))
		return false;
	return !path[len] || path[len] == '/' || !strcmp(node, "/");
}

/* Copy the component that follows, and go past it. */
static int take_name(const char **path, char *name)
{
	const char *start = *path + 1;
	size_t len;

	if (!**path)
		return -ENOENT;
	len = strcspn(start, "/");
	if (!len || len >= STORE_NAME_MAX)
		return -EINVAL;
	memcpy(name, start, len);
	name[len] = '\0';
	*path = start + len;
	return 0;
}

/**
 * store_path_device() - which device does a path belong to
 * @path: "<root>/<type>/<id>", with the owner before the id if @owned, or
 *	something below
 * @root: the directory of all devices
 * @owned: whether there is a directory for each owner
 * @device: filled with its place
 *
 * Return: 0; -ENOENT if the path is above all devices, which means that any
 * of those below it may be meant; or -EINVAL if it is none that a device can
 * have.
 */
int store_path_device(const char *path, const char *root, bool owned,
		      struct store_device *device)
{
	const char *rest = path + strlen(root);
	int err;

	if (!store_path_below(path, root))
		return -EINVAL;

	*device->owner = '\0';
	err = take_name(&rest, device->type);
	if (!err && owned)
		err = take_name(&rest, device->owner);
	if (!err)
		err = take_name(&rest, device->id);
	device->len = rest - path;
	return err;
}
