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

#define SPI	0
#define PPI	1

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

static void read_memory(const void *fdt, int node)
{
	const char *type = fdt_text(fdt, node, "device_type");
	struct blob bank;
	unsigned int i;

	if (!type || strcmp(type, "memory"))
		return;
	for (i = 0; machine.nr_banks < MACHINE_MAX_BANKS &&
	     !fdt_reg(fdt, node, i, &bank.base, &bank.size); i++)
		if (bank.size)
			machine.banks[machine.nr_banks++] = bank;
}

static void read_cpu(const void *fdt, int node)
{
	const char *type = fdt_text(fdt, node, "device_type");
	u64 mpidr, none;

	if (!type || strcmp(type, "cpu") || machine.nr_cpus == MAX_CPUS)
		return;
	if (!fdt_reg(fdt, node, 0, &mpidr, &none))
		machine.mpidr[machine.nr_cpus++] = mpidr;
}

static void read_gic(const void *fdt, int node)
{
	u64 size;

	if (!fdt_compatible(fdt, node, "arm,cortex-a15-gic") &&
	    !fdt_compatible(fdt, node, "arm,gic-400"))
		return;
	if (fdt_reg(fdt, node, 0, &machine.gicd, &size) ||
	    fdt_reg(fdt, node, 1, &machine.gicc, &size) ||
	    fdt_reg(fdt, node, 2, &machine.gich, &size) ||
	    fdt_reg(fdt, node, 3, &machine.gicv, &size))
		machine.gicv = 0;
	machine.maintenance_irq = interrupt(fdt, node, 0);
}

static void read_timer(const void *fdt, int node)
{
	if (!fdt_compatible(fdt, node, "arm,armv8-timer") &&
	    !fdt_compatible(fdt, node, "arm,armv7-timer"))
		return;
	machine.vtimer_irq = interrupt(fdt, node, 2);
	machine.hyp_timer_irq = interrupt(fdt, node, 3);
}

static void read_device(const void *fdt, int node)
{
	struct virtio_slot *slot = &machine.virtio[machine.nr_virtio];
	u64 base, size;

	if (fdt_reg(fdt, node, 0, &base, &size))
		return;
	if (fdt_compatible(fdt, node, "arm,pl011") && !machine.uart) {
		machine.uart = base;
		machine.uart_irq = interrupt(fdt, node, 0);
	} else if (fdt_compatible(fdt, node, "arm,pl031")) {
		machine.rtc = base;
	} else if (fdt_compatible(fdt, node, "virtio,mmio") &&
		   machine.nr_virtio < MACHINE_MAX_VIRTIO) {
		slot->base = base;
		slot->irq = interrupt(fdt, node, 0);
		machine.nr_virtio++;
	}
}

const char *machine_read(const void *fdt)
{
	int node;

	for (node = fdt_next_node(fdt, 0, NULL); node >= 0;
	     node = fdt_next_node(fdt, node, NULL)) {
		read_memory(fdt, node);
		read_cpu(fdt, node);
		read_gic(fdt, node);
		read_timer(fdt, node);
		read_device(fdt, node);
	}
	if (!machine.nr_banks)
		return "it describes no memory";
	if (!machine.nr_cpus)
		return "it describes no CPU";
	if (!machine.gicv || !machine.maintenance_irq)
		return "no GICv2 with virtualization (QEMU: -M virt,virtualization=on,gic-version=2)";
	if (!machine.vtimer_irq || !machine.hyp_timer_irq)
		return "no generic timer with four interrupts";
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
