// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the description of the machine, read from its device tree once.
 */
#include <libfdt.h>
#include <xenlet/arch.h>
#include <xenlet/fdt.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/machine_read.h>

#define PPI	1

#define MAX_DEPTH	8

static struct machine machine;

const struct machine *const the_machine = &machine;

/* Interrupt @index of @node, as the GIC counts; 0: there is none. */
static u32 interrupt(const void *fdt, int node, unsigned int index)
{
	const fdt32_t *cell;
	int len;
	u32 irq;

	cell = fdt_getprop(fdt, node, "interrupts", &len);
	if (!cell || (u64)len < (index + 1) * 3 * sizeof(*cell))
		return 0;
	cell += index * 3;
	irq = fdt32_to_cpu(cell[1]);
	if (fdt32_to_cpu(cell[0]) == PPI)
		return irq < 16 ? irq + 16 : 0;
	return irq < 988 ? irq + 32 : 0;
}

/* A node of the tree while it is looked at. */
struct place {
	const void *fdt;
	int parent, node;
};

static int reg(const struct place *at, unsigned int index, u64 *base, u64 *size)
{
	return fdt_reg(at->fdt, at->parent, at->node, index, base, size);
}

static void read_memory(const struct place *at)
{
	struct blob bank;
	unsigned int i;

	for (i = 0; machine.nr_banks < MACHINE_MAX_BANKS &&
	     !reg(at, i, &bank.base, &bank.size); i++)
		if (bank.size)
			machine.banks[machine.nr_banks++] = bank;
}

static void read_cpu(const struct place *at)
{
	u64 mpidr, none;

	if (machine.nr_cpus < MAX_CPUS && !reg(at, 0, &mpidr, &none))
		machine.mpidr[machine.nr_cpus++] = mpidr;
}

static void read_gic(const struct place *at, unsigned int version)
{
	u64 cells = 0;

	fdt_number(at->fdt, at->node, "#address-cells", 1, &cells);
	machine.gic_address_cells = cells;
	machine.gic_phandle = fdt_get_phandle(at->fdt, at->node);
	machine.gic_version = version;
	machine.maintenance_irq = interrupt(at->fdt, at->node, 0);
}

static void read_gic_v2(const struct place *at)
{
	u64 size;

	if (!reg(at, 0, &machine.gicd, &size) &&
	    !reg(at, 1, &machine.gicc, &size) &&
	    !reg(at, 2, &machine.gich, &size) &&
	    !reg(at, 3, &machine.gicv, &size))
		read_gic(at, 2);
}

static void read_gic_v3(const struct place *at)
{
	u64 size;

	if (!reg(at, 0, &machine.gicd, &size) &&
	    !reg(at, 1, &machine.gicr, &machine.gicr_size))
		read_gic(at, 3);
}

static void read_v2m(const struct place *at)
{
	u64 size;

	reg(at, 0, &machine.v2m, &size);
}

static void read_timer(const struct place *at)
{
	machine.vtimer_irq = interrupt(at->fdt, at->node, 2);
	machine.hyp_timer_irq = interrupt(at->fdt, at->node, 3);
}

static void read_uart(const struct place *at)
{
	u64 size;

	if (machine.uart || reg(at, 0, &machine.uart, &size))
		return;
	machine.uart_irq = interrupt(at->fdt, at->node, 0);
}

static void read_clock(const struct place *at)
{
	u64 size;

	reg(at, 0, &machine.rtc, &size);
}

static void read_virtio(const struct place *at)
{
	struct virtio_slot *slot = &machine.virtio[machine.nr_virtio];
	u64 size;

	if (machine.nr_virtio == MACHINE_MAX_VIRTIO ||
	    reg(at, 0, &slot->base, &size))
		return;
	slot->irq = interrupt(at->fdt, at->node, 0);
	machine.nr_virtio++;
}

static const struct {
	const char *property, *value;
	void (*read)(const struct place *at);
} kinds[] = {
	{ "device_type", "memory", read_memory },
	{ "device_type", "cpu", read_cpu },
	{ "compatible", "arm,cortex-a15-gic", read_gic_v2 },
	{ "compatible", "arm,gic-400", read_gic_v2 },
	{ "compatible", "arm,gic-v3", read_gic_v3 },
	{ "compatible", "arm,gic-v2m-frame", read_v2m },
	{ "compatible", "arm,armv8-timer", read_timer },
	{ "compatible", "arm,armv7-timer", read_timer },
	{ "compatible", "arm,pl011", read_uart },
	{ "compatible", "arm,pl031", read_clock },
	{ "compatible", "virtio,mmio", read_virtio },
};

static void read_node(const struct place *at)
{
	const char *property = NULL, *value = NULL;
	unsigned int i;
	int len = 0;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (property != kinds[i].property) {
			property = kinds[i].property;
			value = fdt_getprop(at->fdt, at->node, property, &len);
		}
		if (value && fdt_stringlist_contains(value, len,
						     kinds[i].value)) {
			kinds[i].read(at);
			return;
		}
	}
}

const char *machine_read(const void *fdt)
{
	struct place at = { .fdt = fdt };
	int parents[MAX_DEPTH] = { 0 };
	int depth = 0;

	machine.fdt = fdt;
	for (at.node = fdt_next_node(fdt, 0, &depth);
	     at.node >= 0 && depth > 0;
	     at.node = fdt_next_node(fdt, at.node, &depth)) {
		if (depth >= MAX_DEPTH)
			continue;
		parents[depth] = at.node;
		at.parent = parents[depth - 1];
		read_node(&at);
	}
	if (!machine.nr_banks)
		return "it describes no memory";
	if (!machine.nr_cpus)
		return "it describes no CPU";
	if (!machine.gic_version || !machine.maintenance_irq)
		return "it has no GIC with virtualization (QEMU: virtualization=on)";
	if (!machine.vtimer_irq || !machine.hyp_timer_irq)
		return "it has no generic timer with four interrupts";
	return NULL;
}

u64 machine_memory(void)
{
	u64 total = 0;
	unsigned int i;

	for (i = 0; i < machine.nr_banks; i++)
		total += machine.banks[i].size;
	return total;
}
