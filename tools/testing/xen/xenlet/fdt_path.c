// SPDX-License-Identifier: GPL-2.0
/*
 * Registers and interrupts of a node, through the buses above it (Devicetree
 * Specification v0.4, 2.3.8 and 2.4). Stateless.
 */
#include <libfdt.h>
#include <xenlet/fdt.h>
#include <xenlet/fdt_path.h>

#define GIC_CELLS	3	/* kind, number, flags */

unsigned int fdt_path_cells(const struct fdt_path *at, unsigned int depth,
			    const char *property, unsigned int otherwise)
{
	u64 value = otherwise;

	fdt_number(at->fdt, at->node[depth], property, 1, &value);
	return value;
}

const fdt32_t *fdt_path_property(const struct fdt_path *at, unsigned int depth,
				 const char *name, unsigned int *count)
{
	int len;
	const fdt32_t *cells = fdt_getprop(at->fdt, at->node[depth], name,
					   &len);

	*count = cells ? len / sizeof(*cells) : 0;
	return cells;
}

/* From an address on the bus node[@depth] to one on the bus above it. */
static bool through_bus(const struct fdt_path *at, unsigned int depth,
			u64 *base, u64 size)
{
	unsigned int child = fdt_path_cells(at, depth, "#address-cells", 2);
	unsigned int length = fdt_path_cells(at, depth, "#size-cells", 1);
	unsigned int up = fdt_path_cells(at, depth - 1, "#address-cells", 2);
	unsigned int count, i, entry = child + up + length;
	const fdt32_t *cells = fdt_path_property(at, depth, "ranges", &count);

	if (!cells)
		return false;
	if (!count)
		return true;
	if (child - 1 > 1 || length - 1 > 1 || up - 1 > 1)
		return false;
	for (i = 0; i + entry <= count; i += entry) {
		u64 from = fdt_cells_number(cells, i, child);
		u64 limit = fdt_cells_number(cells, i + child + up, length);

		if (*base < from || *base - from >= limit ||
		    size > limit - (*base - from))
			continue;
		*base += fdt_cells_number(cells, i + child, up) - from;
		return true;
	}
	return false;
}

bool fdt_path_address(const struct fdt_path *at, unsigned int depth, u64 *base,
		      u64 size)
{
	for (; depth; depth--)
		if (!through_bus(at, depth, base, size))
			return false;
	return true;
}

int fdt_path_reg(const struct fdt_path *at, unsigned int index, u64 *base,
		 u64 *size)
{
	if (fdt_reg(at->fdt, at->node[at->depth - 1], at->node[at->depth],
		    index, base, size))
		return -1;
	return !fdt_path_address(at, at->depth - 1, base, *size);
}

/*
 * Who counts the interrupts of the node: a phandle, or a bus above that has a
 * map, its depth in @nexus. 0: nobody.
 */
static u32 controller(const struct fdt_path *at, unsigned int *nexus)
{
	unsigned int i, count;
	u64 parent = 0;

	for (i = at->depth; ; i--) {
		if (i < at->depth &&
		    fdt_path_property(at, i, "#interrupt-cells", &count)) {
			*nexus = i;
			return 0;
		}
		if (!fdt_number(at->fdt, at->node[i], "interrupt-parent", 1,
				&parent) || !i)
			return parent;
	}
}

static bool same_line(const fdt32_t *line, const fdt32_t *entry,
		      const fdt32_t *mask, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if ((fdt_cell(line, i) ^ fdt_cell(entry, i)) &
		    (mask ? fdt_cell(mask, i) : ~0U))
			return false;
	return true;
}

/* The mask of a map, of which @address cells must be 0. */
static bool map_mask(const struct fdt_path *at, unsigned int nexus,
		     unsigned int address, unsigned int line,
		     const fdt32_t **mask)
{
	unsigned int count, i;
	const fdt32_t *cells = fdt_path_property(at, nexus,
						 "interrupt-map-mask", &count);

	*mask = cells ? cells + address : NULL;
	if (!cells)
		return !address;
	for (i = 0; i < address && i < count; i++)
		if (cells[i])
			return false;
	return count == address + line;
}

/*
 * An entry of a map: the device's address and line, the controller, the cells
 * that are the address of its line, the three of a GIC.
 */
static int through_map(const struct fdt_path *at, unsigned int nexus,
		       const fdt32_t *line, unsigned int width,
		       struct fdt_irq *irq)
{
	unsigned int address = fdt_path_cells(at, nexus, "#address-cells", 2);
	unsigned int count, i, entry;
	const fdt32_t *map = fdt_path_property(at, nexus, "interrupt-map", &count);
	const fdt32_t *mask;

	if (!map || address > 3 || !map_mask(at, nexus, address, width, &mask))
		return 1;
	for (i = 0; i + address + width < count; i += entry) {
		u32 parent = fdt_cell(map, i + address + width);
		int node = fdt_node_offset_by_phandle(at->fdt, parent);
		u64 up = 0;

		if (node < 0)
			return 1;
		fdt_number(at->fdt, node, "#address-cells", 1, &up);
		entry = address + width + 1 + up + GIC_CELLS;
		if (up > 2 || i + entry > count)
			return 1;
		if (!same_line(line, map + i + address, mask, width))
			continue;
		map += i + entry - GIC_CELLS;
		*irq = (struct fdt_irq){ parent, fdt_cell(map, 0),
					 fdt_cell(map, 1), fdt_cell(map, 2) };
		return 0;
	}
	return 1;
}

int fdt_path_irq(const struct fdt_path *at, unsigned int index,
		 struct fdt_irq *irq)
{
	unsigned int nexus = 0, count, width = GIC_CELLS;
	const fdt32_t *cells = fdt_path_property(at, at->depth, "interrupts", &count);
	u32 parent = controller(at, &nexus);

	if (!parent && nexus)
		width = fdt_path_cells(at, nexus, "#interrupt-cells", 0);
	if (!cells || !width || width > GIC_CELLS ||
	    (u64)(index + 1) * width > count)
		return -1;
	cells += index * width;
	if (!parent)
		return nexus ? through_map(at, nexus, cells, width, irq) : 1;
	*irq = (struct fdt_irq){ parent, fdt_cell(cells, 0), fdt_cell(cells, 1),
				 fdt_cell(cells, 2) };
	return 0;
}
