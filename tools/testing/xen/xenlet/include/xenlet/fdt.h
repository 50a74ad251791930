/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading a device tree: what libfdt leaves to its callers.
 */
#ifndef XENLET_FDT_H
#define XENLET_FDT_H

#include <xenlet/types.h>

/** fdt_reg() - entry @index of @node's reg, in the cells of @parent, which
 * the caller knows and libfdt would have to search for
 * Return: 0, or -1 if there is no such entry.
 */
int fdt_reg(const void *fdt, int parent, int node, unsigned int index,
	    u64 *base, u64 *size);

/** fdt_number() - a property of @count 32-bit cells, 1 or 2, as a number
 * Return: 0, 1 if there is no such property, -1 if its size is wrong.
 */
int fdt_number(const void *fdt, int node, const char *name, unsigned int count,
	       u64 *value);

/** fdt_text() - a string property; NULL: absent, or not terminated */
const char *fdt_text(const void *fdt, int node, const char *name);

/** fdt_compatible() - does @node's compatible contain @what */
bool fdt_compatible(const void *fdt, int node, const char *what);

/** fdt_flag() - is there a property @name, of whatever value */
bool fdt_flag(const void *fdt, int node, const char *name);

#endif /* XENLET_FDT_H */
