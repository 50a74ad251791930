// SPDX-License-Identifier: GPL-2.0
/*
 * Devices of the machine that become dom0's: registers at stage 2 where they
 * are, interrupts under their own numbers. Monitor lock; no state but the
 * domain's.
 */
#include <libfdt.h>
#include <xenlet/dom0.h>
#include <xenlet/domain.h>
#include <xenlet/fdt.h>
#include <xenlet/fdt_write.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/p2m.h>
#include <xenlet/p2m_table.h>
#include <xenlet/page.h>
#include <xenlet/vgic.h>
#include <xen/errno.h>

#define IRQ_CELLS	3	/* kind, number, flags */
#define PCI_ADDRESS_CELLS 3
#define V2M_TYPER	8

static bool overlaps(u64 base, u64 end, u64 other, u64 size)
{
	return base < other + size && other < end;
}

/* RAM is given by frames, and these pages would show xenlet's devices. */
static bool is_taken(u64 base, u64 end)
{
	const paddr_t own[] = {
		the_machine->gicd, the_machine->gicc, the_machine->gich,
		the_machine->gicv, the_machine->uart,
	};
	unsigned int i;

	for (i = 0; i < the_machine->nr_banks; i++)
		if (overlaps(base, end, the_machine->banks[i].base,
			     the_machine->banks[i].size))
			return true;
	for (i = 0; i < ARRAY_SIZE(own); i++)
		if (own[i] && overlaps(base, end, own[i], PAGE_SIZE))
			return true;
	return false;
}

static int map_registers(struct domain *d, u64 base, u64 size)
{
	gfn_t gfn = base >> PAGE_SHIFT;
	u64 end = base + size, count;
	unsigned int order;
	int ret;

	if (!size || end < base || end > P2M_GFN_LIMIT << PAGE_SHIFT ||
	    is_taken(base & PAGE_MASK, ROUND_UP(end, PAGE_SIZE))) {
		printk("d0: no device at %llx+%llx", base, size);
		return 0;
	}
	for (count = (ROUND_UP(end, PAGE_SIZE) >> PAGE_SHIFT) - gfn; count;
	     count -= 1ULL << order) {
		order = MIN(gfn ? __builtin_ctzll(gfn) : P2M_GFN_BITS - 1,
			    63 - __builtin_clzll(count));
		ret = p2m_map(d, gfn, gfn << PAGE_SHIFT, order, P2M_MMIO);
		if (ret)
			return ret;
		gfn += 1ULL << order;
	}
	return 0;
}

static int map_reg(struct domain *d, const struct fdt_path *at)
{
	u64 base, size;
	unsigned int i;
	int ret = 0, hidden;

	for (i = 0; !ret; i++) {
		hidden = fdt_path_reg(at, i, &base, &size);
		if (hidden < 0)
			break;
		if (!hidden && size)
			ret = map_registers(d, base, size);
	}
	return ret;
}

static bool is_pci(const struct fdt_path *at)
{
	const char *type = fdt_text(at->fdt, at->node[at->depth],
				    "device_type");

	return type && !strcmp(type, "pci");
}

/* The windows through which a host bridge shows its devices. */
static int map_windows(struct domain *d, const struct fdt_path *at)
{
	unsigned int up = fdt_path_cells(at, at->depth - 1, "#address-cells",
					 2);
	unsigned int length = fdt_path_cells(at, at->depth, "#size-cells", 2);
	unsigned int count, i, entry = PCI_ADDRESS_CELLS + up + length;
	const fdt32_t *cells = fdt_path_property(at, at->depth, "ranges",
						 &count);
	int ret = 0;

	if (up - 1 > 1 || length - 1 > 1)
		return 0;
	for (i = 0; !ret && i + entry <= count; i += entry) {
		u64 base = fdt_cells_number(cells, i + PCI_ADDRESS_CELLS, up);
		u64 size = fdt_cells_number(cells, i + PCI_ADDRESS_CELLS + up,
					    length);

		if (fdt_path_address(at, at->depth - 1, &base, size))
			ret = map_registers(d, base, size);
	}
	return ret;
}

/* Interrupts of private kinds are a CPU's own, not a device's. */
static void route(struct domain *d, const struct fdt_irq *irq)
{
	int ret;

	if (irq->parent != the_machine->gic_phandle || irq->kind != FDT_SPI ||
	    irq->number >= VGIC_MAX_IRQS)
		return;
	ret = vgic_route(d, irq->number + VGIC_PRIVATE,
			 irq->flags & (FDT_EDGE_RISING | FDT_EDGE_FALLING));
	/* Several devices may share one, xenlet shares none. */
	if (ret && ret != -XEN_EBUSY)
		printk("d0: no interrupt %u: error %d",
		       irq->number + VGIC_PRIVATE, ret);
}

static void route_interrupts(struct domain *d, const struct fdt_path *at)
{
	struct fdt_irq irq;
	unsigned int i;
	int hidden;

	for (i = 0; ; i++) {
		hidden = fdt_path_irq(at, i, &irq);
		if (hidden < 0)
			break;
		if (!hidden)
			route(d, &irq);
	}
}

/* A bridge's map: address and pin, then the GIC's phandle, address, cells. */
static void route_map(struct domain *d, const struct fdt_path *at)
{
	unsigned int address = the_machine->gic_address_cells;
	unsigned int pin = fdt_path_cells(at, at->depth, "#interrupt-cells", 1);
	unsigned int parent = PCI_ADDRESS_CELLS + pin, count, i;
	unsigned int entry = parent + 1 + address + IRQ_CELLS;
	const fdt32_t *cells = fdt_path_property(at, at->depth,
						 "interrupt-map", &count);

	if (pin > 2 || address > 2)
		return;
	for (i = 0; i + entry <= count; i += entry) {
		const fdt32_t *line = cells + i + parent + 1 + address;

		route(d, &(struct fdt_irq){
			fdt_cell(cells, i + parent), fdt_cell(line, 0),
			fdt_cell(line, 1), fdt_cell(line, 2) });
	}
}

/* A frame that turns writes into interrupts says itself which. */
static void route_messages(struct domain *d)
{
	u32 typer, i;

	if (!the_machine->v2m)
		return;
	typer = *(const volatile u32 *)
		paddr_to_ptr(the_machine->v2m + V2M_TYPER);
	for (i = 0; i < (typer & 0x3ff); i++)
		vgic_route(d, (typer >> 16 & 0x3ff) + i, true);
}

static int give_device(void *ctx, const struct fdt_path *at)
{
	int node = at->node[at->depth];
	struct domain *d = ctx;
	int ret;

	if (!at->depth || dom0_is_gic(at))
		return 0;
	ret = map_reg(d, at);
	route_interrupts(d, at);
	if (is_pci(at)) {
		ret = ret ?: map_windows(d, at);
		route_map(d, at);
	}
	if (fdt_compatible(at->fdt, node, "arm,gic-v2m-frame"))
		route_messages(d);
	return ret;
}

int dom0_devices(struct domain *d)
{
	static const struct dom0_visitor visitor = { .enter = give_device };

	return dom0_walk(the_machine->fdt, &visitor, d);
}
