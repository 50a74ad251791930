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

/* Copy one component; return what follows it, or NULL if it can't be. */
static const char *take_name(const char *path, char *name)
{
	size_t len = strcspn(path, "/");

	if (!len || len >= STORE_NAME_MAX)
		return NULL;
	memcpy(name, path, len);
	name[len] = '\0';
	return path + len;
}

/**
 * store_path_device() - which device does a path belong to
 * @path: "<root>/<type>/<id>" or something below
 * @root: the directory of all devices
 * @device: filled with its type and id
 *
 * Return: 0; -ENOENT if the path is above all devices, which means that any
 * of them may be meant; or -EINVAL if it is none that a device can have.
 */
int store_path_device(const char *path, const char *root,
		      struct store_device *device)
{
	if (!store_path_below(path, root))
		return -EINVAL;

	path += strlen(root);
	if (!*path)
		return -ENOENT;

	path = take_name(path + 1, device->type);
	if (!path)
		return -EINVAL;
	if (!*path)
		return -ENOENT;

	path = take_name(path + 1, device->id);
	if (!path)
		return -EINVAL;
	device->exact = !*path;
	return 0;
}
