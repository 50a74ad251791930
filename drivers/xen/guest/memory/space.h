/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guest physical space that holds nothing: where it is found for pages to map
 * into, and for memory to be added.
 */
#ifndef XEN_MEMORY_SPACE_H
#define XEN_MEMORY_SPACE_H

#include <linux/types.h>

struct resource;

/**
 * space_reserve() - take some of the extended regions
 * @size: bytes, a multiple of @align
 * @align: a power of two
 * @name: for /proc/iomem
 *
 * Return: what space_release() takes; -ENOSPC if there is no such space in
 * any of the regions, or -ENOMEM.
 */
struct resource *space_reserve(u64 size, u64 align, const char *name);

/**
 * space_release() - give space back that nothing uses any more
 * @space: from space_reserve()
 */
void space_release(struct resource *space);

#endif /* XEN_MEMORY_SPACE_H */
