// SPDX-License-Identifier: GPL-2.0
/*
 * The device tree that a domU gets: nodes and properties are Xen's for a domU
 * of its 4.17 release, so that a guest cannot tell. Stateless.
 */
#include <xenlet/build.h>
#include <xenlet/fdt_write.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xen/arch-arm.h>
#include <xen/xen.h>

#define GIC_PHANDLE	0xfde8
#define EXTENDED_MIN	(64ULL << 20)
#define BLOCK		(2ULL << 20)

static void hypervisor(struct tree *t, const struct guest_layout *layout)
{
	gpa_t end = GUEST_RAM0_BASE + GUEST_RAM0_SIZE;
	gpa_t free = ROUND_UP(layout->banks[0].base + layout->banks[0].size,
			      BLOCK);
	struct blob reg[2] = { { GUEST_GNTTAB_BASE, GUEST_GNTTAB_SIZE } };
	unsigned int count = 1;

	/*
	 * What RAM left of its window is free for foreign mappings. Xen tells
	 * 64-bit guests only.
	 */
	if (!layout->is_32bit && end - free >= EXTENDED_MIN)
		reg[count++] = (struct blob){ free, end - free };
	node_hypervisor(t, reg, count);
}

static void gic(struct tree *t)
{
	const u64 v2[] = { GUEST_GICD_BASE, GUEST_GICD_SIZE,
			   GUEST_GICC_BASE, GUEST_GICC_SIZE };
	const u64 v3[] = { GUEST_GICV3_GICD_BASE, GUEST_GICV3_GICD_SIZE,
			   GUEST_GICV3_GICR0_BASE, GUEST_GICV3_GICR0_SIZE };
	bool is_v3 = the_machine->gic_version == 3;

	node_begin(t, "interrupt-controller@3001000");
	prop_text(t, "compatible", is_v3 ? "arm,gic-v3" : "arm,gic-400");
	prop_cell(t, "#address-cells", 0);
	prop_cell(t, "#interrupt-cells", 3);
	prop_raw(t, "interrupt-controller", "", 0);
	prop_cells64(t, "reg", is_v3 ? v3 : v2, 4);
	prop_cell(t, "linux,phandle", GIC_PHANDLE);
	prop_cell(t, "phandle", GIC_PHANDLE);
	node_end(t);
}

static void uart(struct tree *t)
{
	const u64 reg[] = { GUEST_PL011_BASE, GUEST_PL011_SIZE };
	const u32 irq[] = { FDT_SPI, GUEST_VPL011_SPI - 32, FDT_LEVEL_HIGH };

	node_begin(t, "sbsa-uart@22000000");
	prop_text(t, "compatible", "arm,sbsa-uart");
	prop_cells64(t, "reg", reg, 2);
	prop_cells(t, "interrupts", irq, 3);
	prop_cell(t, "interrupt-parent", GIC_PHANDLE);
	prop_cell(t, "current-speed", 115200);
	node_end(t);
}

static void chosen(struct tree *t, const struct domain_config *config,
		   const struct guest_layout *layout)
{
	const u64 end = layout->ramdisk + layout->ramdisk_size;

	node_begin(t, "chosen");
	if (config->bootargs[0])
		prop_text(t, "bootargs", config->bootargs);
	if (config->vpl011)
		prop_text(t, "stdout-path", "/sbsa-uart@22000000");
	if (layout->ramdisk_size) {
		prop_cells64(t, "linux,initrd-start", &layout->ramdisk, 1);
		prop_cells64(t, "linux,initrd-end", &end, 1);
	}
	node_end(t);
}

int guest_fdt_build(const struct domain_config *config,
		    const struct guest_layout *layout, void *buf, size_t size)
{
	static const char compatible[] = "xen,xenvm-4.17\0xen,xenvm";
	unsigned int i;
	struct tree t;

	tree_create(&t, buf, size, GIC_PHANDLE);
	node_begin(&t, "");
	prop_cell(&t, "#address-cells", 2);
	prop_cell(&t, "#size-cells", 2);
	prop_raw(&t, "compatible", compatible, sizeof(compatible));
	prop_text(&t, "model", "XENVM-4.17");
	prop_cell(&t, "interrupt-parent", GIC_PHANDLE);
	chosen(&t, config, layout);
	if (config->enhanced)
		hypervisor(&t, layout);
	node_psci(&t);
	node_cpus(&t, config->vcpus, layout->is_32bit);
	for (i = 0; i < layout->nr_banks; i++)
		node_memory(&t, &layout->banks[i]);
	gic(&t);
	node_timer(&t, layout->is_32bit);
	if (config->vpl011)
		uart(&t);
	node_end(&t);
	return tree_finish(&t);
}
