// SPDX-License-Identifier: GPL-2.0
/*
 * Device trees as Xen 4.17 makes them for its guests: the parts that dom0 and
 * domUs have alike. Stateless; a struct tree is its caller's.
 */
#include <libfdt.h>
#include <xenlet/fdt_write.h>
#include <xenlet/lib.h>
#include <xen/arch-arm.h>
#include <xen/xen.h>
#include <xen/errno.h>

#define MAX_CELLS	16
#define MAX_RANGES	8

static void note(struct tree *t, int err)
{
	if (err && !t->err)
		t->err = err;
}

void tree_create(struct tree *t, void *buf, size_t size, u32 gic)
{
	*t = (struct tree){
		.fdt = buf, .gic = gic, .address_cells = 2, .size_cells = 2,
	};
	note(t, fdt_create(buf, size));
	note(t, fdt_finish_reservemap(buf));
}

int tree_finish(struct tree *t)
{
	note(t, fdt_finish(t->fdt));
	return t->err ? -XEN_ENOMEM : (int)fdt_totalsize(t->fdt);
}

void node_begin(struct tree *t, const char *name)
{
	note(t, fdt_begin_node(t->fdt, name));
}

void node_end(struct tree *t)
{
	note(t, fdt_end_node(t->fdt));
}

void prop_raw(struct tree *t, const char *name, const void *value, size_t len)
{
	note(t, fdt_property(t->fdt, name, value, len));
}

void prop_text(struct tree *t, const char *name, const char *value)
{
	note(t, fdt_property_string(t->fdt, name, value));
}

void prop_cell(struct tree *t, const char *name, u32 value)
{
	note(t, fdt_property_u32(t->fdt, name, value));
}

void prop_cells(struct tree *t, const char *name, const u32 *values,
		unsigned int count)
{
	fdt32_t be[MAX_CELLS];
	unsigned int i;

	for (i = 0; i < count && i < ARRAY_SIZE(be); i++)
		be[i] = cpu_to_fdt32(values[i]);
	prop_raw(t, name, be, i * sizeof(be[0]));
}

void prop_cells64(struct tree *t, const char *name, const u64 *values,
		  unsigned int count)
{
	fdt64_t be[MAX_CELLS / 2];
	unsigned int i;

	for (i = 0; i < count && i < ARRAY_SIZE(be); i++)
		be[i] = cpu_to_fdt64(values[i]);
	prop_raw(t, name, be, i * sizeof(be[0]));
}

static fdt32_t *put_number(fdt32_t *cell, u64 value, int cells)
{
	if (cells == 2)
		*cell++ = cpu_to_fdt32(value >> 32);
	*cell++ = cpu_to_fdt32(value);
	return cell;
}

void prop_reg(struct tree *t, const struct blob *ranges, unsigned int count)
{
	fdt32_t be[4 * MAX_RANGES], *end = be;
	unsigned int i;

	for (i = 0; i < count && i < MAX_RANGES; i++) {
		end = put_number(end, ranges[i].base, t->address_cells);
		end = put_number(end, ranges[i].size, t->size_cells);
	}
	prop_raw(t, "reg", be, (end - be) * sizeof(be[0]));
}

void node_hypervisor(struct tree *t, const struct blob *reg,
		     unsigned int count)
{
	static const char compatible[] = "xen,xen-4.17\0xen,xen";
	const u32 upcall[] = { FDT_PPI, GUEST_EVTCHN_PPI - 16,
			       FDT_ALL_CPUS | FDT_LEVEL_LOW };

	node_begin(t, "hypervisor");
	prop_raw(t, "compatible", compatible, sizeof(compatible));
	prop_reg(t, reg, count);
	prop_cells(t, "interrupts", upcall, 3);
	prop_cell(t, "interrupt-parent", t->gic);
	node_end(t);
}

void node_psci(struct tree *t)
{
	static const char compatible[] = "arm,psci-1.0\0arm,psci-0.2\0arm,psci";

	node_begin(t, "psci");
	prop_raw(t, "compatible", compatible, sizeof(compatible));
	prop_text(t, "method", "hvc");
	prop_cell(t, "cpu_off", PSCI_cpu_off);
	prop_cell(t, "cpu_on", PSCI_cpu_on);
	node_end(t);
}

void node_cpus(struct tree *t, unsigned int count, bool is_32bit)
{
	char name[16];
	unsigned int i;

	node_begin(t, "cpus");
	prop_cell(t, "#address-cells", 1);
	prop_cell(t, "#size-cells", 0);
	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "cpu@%u", i);
		node_begin(t, name);
		prop_text(t, "compatible", is_32bit ? "arm,cortex-a15" :
						      "arm,armv8");
		prop_text(t, "device_type", "cpu");
		prop_text(t, "enable-method", "psci");
		prop_cell(t, "reg", i);
		node_end(t);
	}
	node_end(t);
}

void node_memory(struct tree *t, const struct blob *bank)
{
	char name[32];

	snprintf(name, sizeof(name), "memory@%llx", bank->base);
	node_begin(t, name);
	prop_text(t, "device_type", "memory");
	prop_reg(t, bank, 1);
	node_end(t);
}

void node_timer(struct tree *t, bool is_32bit)
{
	static const u8 ppi[] = {
		GUEST_TIMER_PHYS_S_PPI, GUEST_TIMER_PHYS_NS_PPI,
		GUEST_TIMER_VIRT_PPI,
	};
	u32 interrupts[3 * ARRAY_SIZE(ppi)];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ppi); i++) {
		interrupts[i * 3] = FDT_PPI;
		interrupts[i * 3 + 1] = ppi[i] - 16;
		interrupts[i * 3 + 2] = FDT_ALL_CPUS | FDT_LEVEL_LOW;
	}
	node_begin(t, "timer");
	prop_text(t, "compatible", is_32bit ? "arm,armv7-timer" :
					      "arm,armv8-timer");
	prop_cells(t, "interrupts", interrupts, ARRAY_SIZE(interrupts));
	prop_cell(t, "interrupt-parent", t->gic);
	node_end(t);
}
