/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A node of the machine's tree with those above it: what its registers and its
 * interrupts are depends on the buses between it and the root.
 */
#ifndef XENLET_FDT_PATH_H
#define XENLET_FDT_PATH_H

#include <libfdt.h>
#include <xenlet/types.h>

#define FDT_PATH_DEPTH	8

/**
 * struct fdt_path - a node, and those above it
 * @node: from the root, node[0], to the node itself, node[depth]
 */
struct fdt_path {
	const void *fdt;
	unsigned int depth;
	int node[FDT_PATH_DEPTH];
};

/**
 * struct fdt_irq - an interrupt, in the three cells of a GIC
 * @parent: phandle of the controller that counts so
 */
struct fdt_irq {
	u32 parent;
	u32 kind, number, flags;
};

/** fdt_cell() - cell @i of a property */
static inline u32 fdt_cell(const fdt32_t *cells, unsigned int i)
{
	return fdt32_to_cpu(cells[i]);
}

/** fdt_cells_number() - a number of @count cells, 1 or 2, from cell @i on */
static inline u64 fdt_cells_number(const fdt32_t *cells, unsigned int i,
				   unsigned int count)
{
	return count == 2 ? (u64)fdt_cell(cells, i) << 32 |
			    fdt_cell(cells, i + 1) : fdt_cell(cells, i);
}

/** fdt_path_property() - the cells of a property of node[@depth]
 * @count: how many there are; 0 with NULL if there is no such property
 */
const fdt32_t *fdt_path_property(const struct fdt_path *at, unsigned int depth,
				 const char *name, unsigned int *count);

/** fdt_path_cells() - #address-cells, #size-cells or #interrupt-cells of
 * node[@depth], or @otherwise if it has none
 */
unsigned int fdt_path_cells(const struct fdt_path *at, unsigned int depth,
			    const char *property, unsigned int otherwise);

/** fdt_path_address() - from an address on the bus node[@depth] to one of the
 * machine's
 * Return: false if no range of some bus shows all of [@base, @base + @size).
 */
bool fdt_path_address(const struct fdt_path *at, unsigned int depth, u64 *base,
		      u64 size);

/** fdt_path_reg() - the node's registers @index, where the machine has them
 * Return: 0; 1: no bus shows them; -1: there is no such entry.
 */
int fdt_path_reg(const struct fdt_path *at, unsigned int index, u64 *base,
		 u64 *size);

/** fdt_path_irq() - the node's interrupt @index, through the maps of the buses
 *
 * A map that looks at a device's address is none: such devices, of PCI, are
 * not in the tree.
 *
 * Return: 0; 1: no map leads it to a controller; -1: there is no such entry.
 */
int fdt_path_irq(const struct fdt_path *at, unsigned int index,
		 struct fdt_irq *irq);

#endif /* XENLET_FDT_PATH_H */
