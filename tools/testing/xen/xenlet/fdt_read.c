// SPDX-License-Identifier: GPL-2.0
/*
 * Reading a device tree. Stateless.
 */
#include <libfdt.h>
#include <xenlet/fdt.h>
#include <xenlet/lib.h>

static u64 read_cells(const fdt32_t *cell, int count)
{
	u64 value = 0;

	while (count--)
		value = value << 32 | fdt32_to_cpu(*cell++);
	return value;
}

int fdt_reg(const void *fdt, int parent, int node, unsigned int index,
	    u64 *base, u64 *size)
{
	int address_cells = fdt_address_cells(fdt, parent);
	int size_cells = fdt_size_cells(fdt, parent);
	const fdt32_t *cell;
	int len;

	if (address_cells < 1 || address_cells > 2 || size_cells < 0 ||
	    size_cells > 2)
		return -1;
	cell = fdt_getprop(fdt, node, "reg", &len);
	if (!cell || (u64)len < (index + 1UL) *
	    (address_cells + size_cells) * sizeof(*cell))
		return -1;
	cell += index * (address_cells + size_cells);
	*base = read_cells(cell, address_cells);
	*size = read_cells(cell + address_cells, size_cells);
	return 0;
}

int fdt_number(const void *fdt, int node, const char *name, unsigned int count,
	       u64 *value)
{
	const fdt32_t *cell;
	int len;

	cell = fdt_getprop(fdt, node, name, &len);
	if (!cell)
		return 1;
	if (len != (int)(count * sizeof(*cell)))
		return -1;
	*value = read_cells(cell, count);
	return 0;
}

const char *fdt_text(const void *fdt, int node, const char *name)
{
	const char *text;
	int len;

	text = fdt_getprop(fdt, node, name, &len);
	if (!text || len < 1 || text[len - 1])
		return NULL;
	return text;
}

bool fdt_compatible(const void *fdt, int node, const char *what)
{
	return !fdt_node_check_compatible(fdt, node, what);
}

bool fdt_flag(const void *fdt, int node, const char *name)
{
	return fdt_getprop(fdt, node, name, NULL);
}
