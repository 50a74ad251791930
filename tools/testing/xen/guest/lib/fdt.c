// SPDX-License-Identifier: GPL-2.0
/*
 * The few facts that a micro-guest wants from its device tree.
 *
 * One walk over the flat tree; nodes are told by the start of their names.
 * Only nodes directly below the root matter, with the root's cell sizes.
 */
#include "lib/runtime.h"

enum { BEGIN_NODE = 1, END_NODE, PROP, NOP, END };

enum node { OTHER, HYPERVISOR, MEMORY, INTERRUPTS };

struct walk {
	const uint32_t *at;
	const char *strings;
	unsigned int depth;
	enum node node;
	uint32_t address_cells, size_cells;
	unsigned int gic_version;
};

static uint32_t be32(const uint32_t *p)
{
	return __builtin_bswap32(*p);
}

static bool is(const char *name, const char *word)
{
	return !strncmp(name, word, strlen(word));
}

static uint64_t read_cells(const uint32_t **p, unsigned int cells)
{
	uint64_t value = 0;

	while (cells--)
		value = value << 32 | be32((*p)++);
	return value;
}

static enum node classify(const char *name)
{
	if (is(name, "hypervisor"))
		return HYPERVISOR;
	if (is(name, "memory"))
		return MEMORY;
	if (is(name, "interrupt-controller") || is(name, "intc"))
		return INTERRUPTS;
	return OTHER;
}

static unsigned int gic_version(const char *compatible)
{
	if (is(compatible, "arm,cortex-a15-gic") ||
	    is(compatible, "arm,gic-400"))
		return 2;
	return is(compatible, "arm,gic-v3") ? 3 : 0;
}

static void read_reg(struct walk *w, const uint32_t *p, struct environment *e)
{
	uint64_t base = read_cells(&p, w->address_cells);
	uint64_t size = read_cells(&p, w->size_cells);

	switch (w->node) {
	case HYPERVISOR:
		e->grant_base = base;
		e->grant_size = size;
		break;
	case MEMORY:
		if (!e->ram_size) {
			e->ram_base = base;
			e->ram_size = size;
		}
		break;
	case INTERRUPTS:
		e->gicd = base;
		e->gicc = read_cells(&p, w->address_cells);
		e->gicr = e->gicc;
		break;
	default:
		break;
	}
}

static void read_prop(struct walk *w, struct environment *e)
{
	uint32_t len = be32(w->at++);
	const char *name = w->strings + be32(w->at++);
	const uint32_t *value = w->at;

	w->at += (len + 3) / 4;
	if (w->depth == 1 && is(name, "#address-cells"))
		w->address_cells = be32(value);
	else if (w->depth == 1 && is(name, "#size-cells"))
		w->size_cells = be32(value);
	else if (w->depth == 2 && is(name, "reg") && len)
		read_reg(w, value, e);
	else if (w->depth == 2 && w->node == INTERRUPTS &&
		 is(name, "compatible"))
		w->gic_version = gic_version((const char *)value);
	else if (w->depth == 2 && w->node == HYPERVISOR &&
		 is(name, "interrupts") && len >= 12)
		e->upcall_irq = be32(value + 1) + 16;
}

void fdt_read(const void *fdt, struct environment *e)
{
	const uint32_t *header = fdt;
	struct walk w = { .address_cells = 2, .size_cells = 2 };

	if (be32(header) != 0xd00dfeed)
		return;
	w.at = (const uint32_t *)((const char *)fdt + be32(header + 2));
	w.strings = (const char *)fdt + be32(header + 3);
	for (;;) {
		switch (be32(w.at++)) {
		case BEGIN_NODE:
			if (++w.depth == 2)
				w.node = classify((const char *)w.at);
			w.at += (strlen((const char *)w.at) + 4) / 4;
			break;
		case END_NODE:
			w.depth--;
			break;
		case PROP:
			read_prop(&w, e);
			break;
		case NOP:
			break;
		default:
			if (!w.gic_version)
				e->gicd = 0;
			if (w.gic_version != 2)
				e->gicc = 0;
			if (w.gic_version != 3)
				e->gicr = 0;
			return;
		}
	}
}
