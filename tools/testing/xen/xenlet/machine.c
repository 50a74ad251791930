// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the description of the machine, read from its device tree once.
 */
#include <libfdt.h>
#include <xenlet/arch.h>
#include <xenlet/fdt.h>
#include <xenlet/fdt_path.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/machine_read.h>

#define PPI	1

static struct machine machine;

const struct machine *const the_machine = &machine;

/* Interrupt @index of the node, as the GIC counts; 0: there is none. */
static u32 interrupt(const struct fdt_path *at, unsigned int index)
{
	struct fdt_irq irq;

	if (fdt_path_irq(at, index, &irq))
		return 0;
	if (irq.kind == PPI)
		return irq.number < 16 ? irq.number + 16 : 0;
	return irq.number < 988 ? irq.number + 32 : 0;
}

static int reg(const struct fdt_path *at, unsigned int index, u64 *base,
	       u64 *size)
{
	return fdt_path_reg(at, index, base, size);
}

static void read_memory(const struct fdt_path *at)
{
	struct blob bank;
	unsigned int i;

	for (i = 0; machine.nr_banks < MACHINE_MAX_BANKS &&
	     !reg(at, i, &bank.base, &bank.size); i++)
		if (bank.size)
			machine.banks[machine.nr_banks++] = bank;
}

static void read_cpu(const struct fdt_path *at)
{
	u64 mpidr, none;

	/* Its number is no address on a bus. */
	if (machine.nr_cpus < MAX_CPUS &&
	    !fdt_reg(at->fdt, at->node[at->depth - 1], at->node[at->depth], 0,
		     &mpidr, &none))
		machine.mpidr[machine.nr_cpus++] = mpidr;
}

static void read_gic(const struct fdt_path *at, unsigned int version)
{
	u64 cells = 0;

	fdt_number(at->fdt, at->node[at->depth], "#address-cells", 1, &cells);
	machine.gic_address_cells = cells;
	machine.gic_phandle = fdt_get_phandle(at->fdt, at->node[at->depth]);
	machine.gic_version = version;
	machine.maintenance_irq = interrupt(at, 0);
}

static void read_gic_v2(const struct fdt_path *at)
{
	u64 size;

	if (!reg(at, 0, &machine.gicd, &size) &&
	    !reg(at, 1, &machine.gicc, &size) &&
	    !reg(at, 2, &machine.gich, &size) &&
	    !reg(at, 3, &machine.gicv, &size))
		read_gic(at, 2);
}

static void read_gic_v3(const struct fdt_path *at)
{
	u64 size;

	if (!reg(at, 0, &machine.gicd, &size) &&
	    !reg(at, 1, &machine.gicr, &machine.gicr_size))
		read_gic(at, 3);
}

static void read_v2m(const struct fdt_path *at)
{
	u64 size;

	reg(at, 0, &machine.v2m, &size);
}

static void read_timer(const struct fdt_path *at)
{
	machine.vtimer_irq = interrupt(at, 2);
	machine.hyp_timer_irq = interrupt(at, 3);
}

static void read_uart(const struct fdt_path *at)
{
	u64 size;

	if (machine.uart || reg(at, 0, &machine.uart, &size))
		return;
	machine.uart_irq = interrupt(at, 0);
}

static void read_clock(const struct fdt_path *at)
{
	u64 size;

	reg(at, 0, &machine.rtc, &size);
}

/* What starts CPUs and switches off where there is no PSCI. */
static void read_sysreg(const struct fdt_path *at)
{
	u64 size;

	reg(at, 0, &machine.sysreg, &size);
}

static void read_virtio(const struct fdt_path *at)
{
	struct virtio_slot *slot = &machine.virtio[machine.nr_virtio];
	u64 size;

	if (machine.nr_virtio == MACHINE_MAX_VIRTIO ||
	    reg(at, 0, &slot->base, &size))
		return;
	slot->irq = interrupt(at, 0);
	machine.nr_virtio++;
}

static const struct {
	const char *property, *value;
	void (*read)(const struct fdt_path *at);
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
	{ "compatible", "arm,vexpress-sysreg", read_sysreg },
	{ "compatible", "virtio,mmio", read_virtio },
};

static void read_node(const struct fdt_path *at)
{
	const char *property = NULL, *value = NULL;
	unsigned int i;
	int len = 0;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (property != kinds[i].property) {
			property = kinds[i].property;
			value = fdt_getprop(at->fdt, at->node[at->depth],
					    property, &len);
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
	struct fdt_path at = { .fdt = fdt };
	int depth = 0, node;

	machine.fdt = fdt;
	for (node = fdt_next_node(fdt, 0, &depth); node >= 0 && depth > 0;
	     node = fdt_next_node(fdt, node, &depth)) {
		if (depth >= FDT_PATH_DEPTH)
			continue;
		at.depth = depth;
		at.node[depth] = node;
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
