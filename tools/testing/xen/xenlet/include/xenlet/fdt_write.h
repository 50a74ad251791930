/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing a guest's device tree: what libfdt's sequential calls lack, and the
 * nodes that dom0 and domUs have alike.
 */
#ifndef XENLET_FDT_WRITE_H
#define XENLET_FDT_WRITE_H

#include <xenlet/config.h>
#include <xenlet/types.h>

#define FDT_SPI		0
#define FDT_PPI		1
#define FDT_EDGE_RISING	1
#define FDT_EDGE_FALLING 2
#define FDT_LEVEL_HIGH	4
#define FDT_LEVEL_LOW	8
#define FDT_ALL_CPUS	0xf00

/**
 * struct tree - a device tree being written
 * @gic: phandle of its interrupt controller
 * @address_cells, @size_cells: of the root, 1 or 2
 * @err: what failed first; libfdt keeps failing from then on, so that one
 *	 look at the end is enough
 */
struct tree {
	void *fdt;
	u32 gic;
	int address_cells, size_cells;
	int err;
};

void tree_create(struct tree *t, void *buf, size_t size, u32 gic);
/** tree_finish() - the size of the tree, or -ENOMEM */
int tree_finish(struct tree *t);

void node_begin(struct tree *t, const char *name);
void node_end(struct tree *t);

/** prop_raw() - @len bytes as they are; several strings, or none at all */
void prop_raw(struct tree *t, const char *name, const void *value,
	      size_t len);
void prop_text(struct tree *t, const char *name, const char *value);
void prop_cell(struct tree *t, const char *name, u32 value);
void prop_cells(struct tree *t, const char *name, const u32 *values,
		unsigned int count);
void prop_cells64(struct tree *t, const char *name, const u64 *values,
		  unsigned int count);
/** prop_reg() - a reg in the root's cells */
void prop_reg(struct tree *t, const struct blob *ranges, unsigned int count);

/** node_hypervisor() - @reg: the grant region, then the extended ones */
void node_hypervisor(struct tree *t, const struct blob *reg,
		     unsigned int count);
void node_psci(struct tree *t);
void node_cpus(struct tree *t, unsigned int count, bool is_32bit);
void node_memory(struct tree *t, const struct blob *bank);
void node_timer(struct tree *t, bool is_32bit);

#endif /* XENLET_FDT_WRITE_H */
