// SPDX-License-Identifier: GPL-2.0
/*
 * The device tree that a guest gets: nodes and properties are Xen's for a
 * domU of its 4.17 release, so that a guest cannot tell. Stateless.
 */
#include <libfdt.h>
#include <xenlet/build.h>
#include <xenlet/lib.h>
#include <xen/arch-arm.h>
#include <xen/xen.h>
#include <xen/errno.h>

#define GIC_PHANDLE	0xfde8
#define SPI		0
#define PPI		1
#define LEVEL_HIGH	4
#define LEVEL_LOW	8
#define ALL_CPUS	0xf00
#define EXTENDED_MIN	(64UL << 20)
#define BLOCK		(2UL << 20)

/*
 * libfdt keeps failing once it failed, so that errors need one look, at the
 * end: fdt_finish() reports them.
 */
struct tree {
	void *fdt;
	int err;
};

static void note(struct tree *t, int err)
{
	if (err && !t->err)
		t->err = err;
}

static void begin(struct tree *t, const char *name)
{
	note(t, fdt_begin_node(t->fdt, name));
}

static void end(struct tree *t)
{
	note(t, fdt_end_node(t->fdt));
}

static void text(struct tree *t, const char *name, const char *value)
{
	note(t, fdt_property_string(t->fdt, name, value));
}

/* Several strings: @value has its own terminators, @len all of them. */
static void texts(struct tree *t, const char *name, const char *value,
		  size_t len)
{
	note(t, fdt_property(t->fdt, name, value, len));
}

static void cell(struct tree *t, const char *name, u32 value)
{
	note(t, fdt_property_u32(t->fdt, name, value));
}

static void cell64(struct tree *t, const char *name, u64 value)
{
	note(t, fdt_property_u64(t->fdt, name, value));
}

static void cells64(struct tree *t, const char *name, const u64 *values,
		    unsigned int count)
{
	fdt64_t be[8];
	unsigned int i;

	for (i = 0; i < count && i < ARRAY_SIZE(be); i++)
		be[i] = cpu_to_fdt64(values[i]);
	note(t, fdt_property(t->fdt, name, be, i * sizeof(be[0])));
}

static void cells(struct tree *t, const char *name, const u32 *values,
		  unsigned int count)
{
	fdt32_t be[16];
	unsigned int i;

	for (i = 0; i < count && i < ARRAY_SIZE(be); i++)
		be[i] = cpu_to_fdt32(values[i]);
	note(t, fdt_property(t->fdt, name, be, i * sizeof(be[0])));
}

static void hypervisor(struct tree *t, const struct guest_layout *layout)
{
	static const char compatible[] = "xen,xen-4.17\0xen,xen";
	const u32 upcall[] = { PPI, GUEST_EVTCHN_PPI - 16,
			       ALL_CPUS | LEVEL_LOW };
	gpa_t free = ROUND_UP(GUEST_RAM0_BASE + layout->ram_size[0], BLOCK);
	u64 reg[4] = { GUEST_GNTTAB_BASE, GUEST_GNTTAB_SIZE };
	unsigned int count = 2;

	/* What RAM left of its window is free for foreign mappings. */
	if (GUEST_RAM0_BASE + GUEST_RAM0_SIZE - free >= EXTENDED_MIN) {
		reg[2] = free;
		reg[3] = GUEST_RAM0_BASE + GUEST_RAM0_SIZE - free;
		count = 4;
	}
	begin(t, "hypervisor");
	texts(t, "compatible", compatible, sizeof(compatible));
	cells64(t, "reg", reg, count);
	cells(t, "interrupts", upcall, 3);
	cell(t, "interrupt-parent", GIC_PHANDLE);
	end(t);
}

static void psci(struct tree *t)
{
	static const char compatible[] = "arm,psci-1.0\0arm,psci-0.2\0arm,psci";

	begin(t, "psci");
	texts(t, "compatible", compatible, sizeof(compatible));
	text(t, "method", "hvc");
	cell(t, "cpu_off", PSCI_cpu_off);
	cell(t, "cpu_on", PSCI_cpu_on);
	end(t);
}

static void cpus(struct tree *t, unsigned int count)
{
	char name[16];
	unsigned int i;

	begin(t, "cpus");
	cell(t, "#address-cells", 1);
	cell(t, "#size-cells", 0);
	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "cpu@%u", i);
		begin(t, name);
		text(t, "compatible", "arm,armv8");
		text(t, "device_type", "cpu");
		text(t, "enable-method", "psci");
		cell(t, "reg", i);
		end(t);
	}
	end(t);
}

static void bank(struct tree *t, gpa_t base, u64 size)
{
	const u64 reg[] = { base, size };
	char name[32];

	if (!size)
		return;
	snprintf(name, sizeof(name), "memory@%lx", (unsigned long)base);
	begin(t, name);
	text(t, "device_type", "memory");
	cells64(t, "reg", reg, 2);
	end(t);
}

static void gic(struct tree *t)
{
	const u64 reg[] = { GUEST_GICD_BASE, GUEST_GICD_SIZE,
			    GUEST_GICC_BASE, GUEST_GICC_SIZE };

	begin(t, "interrupt-controller@3001000");
	text(t, "compatible", "arm,gic-400");
	cell(t, "#address-cells", 0);
	cell(t, "#interrupt-cells", 3);
	texts(t, "interrupt-controller", "", 0);
	cells64(t, "reg", reg, 4);
	cell(t, "linux,phandle", GIC_PHANDLE);
	cell(t, "phandle", GIC_PHANDLE);
	end(t);
}

static void timer(struct tree *t)
{
	static const u8 ppi[] = {
		GUEST_TIMER_PHYS_S_PPI, GUEST_TIMER_PHYS_NS_PPI,
		GUEST_TIMER_VIRT_PPI,
	};
	u32 interrupts[9];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ppi); i++) {
		interrupts[i * 3] = PPI;
		interrupts[i * 3 + 1] = ppi[i] - 16;
		interrupts[i * 3 + 2] = ALL_CPUS | LEVEL_LOW;
	}
	begin(t, "timer");
	text(t, "compatible", "arm,armv8-timer");
	cells(t, "interrupts", interrupts, 9);
	cell(t, "interrupt-parent", GIC_PHANDLE);
	end(t);
}

static void uart(struct tree *t)
{
	const u64 reg[] = { GUEST_PL011_BASE, GUEST_PL011_SIZE };
	const u32 irq[] = { SPI, GUEST_VPL011_SPI - 32, LEVEL_HIGH };

	begin(t, "sbsa-uart@22000000");
	text(t, "compatible", "arm,sbsa-uart");
	cells64(t, "reg", reg, 2);
	cells(t, "interrupts", irq, 3);
	cell(t, "interrupt-parent", GIC_PHANDLE);
	cell(t, "current-speed", 115200);
	end(t);
}

static void chosen(struct tree *t, const struct domain_config *config,
		   const struct guest_layout *layout)
{
	begin(t, "chosen");
	if (config->bootargs[0])
		text(t, "bootargs", config->bootargs);
	if (config->vpl011)
		text(t, "stdout-path", "/sbsa-uart@22000000");
	if (layout->ramdisk_size) {
		cell64(t, "linux,initrd-start", layout->ramdisk);
		cell64(t, "linux,initrd-end",
		       layout->ramdisk + layout->ramdisk_size);
	}
	end(t);
}

int guest_fdt_build(const struct domain_config *config,
		    const struct guest_layout *layout, void *buf, size_t size)
{
	static const char compatible[] = "xen,xenvm-4.17\0xen,xenvm";
	struct tree t = { .fdt = buf };

	note(&t, fdt_create(buf, size));
	note(&t, fdt_finish_reservemap(buf));
	begin(&t, "");
	cell(&t, "#address-cells", 2);
	cell(&t, "#size-cells", 2);
	texts(&t, "compatible", compatible, sizeof(compatible));
	text(&t, "model", "XENVM-4.17");
	cell(&t, "interrupt-parent", GIC_PHANDLE);
	chosen(&t, config, layout);
	if (config->enhanced)
		hypervisor(&t, layout);
	psci(&t);
	cpus(&t, config->vcpus);
	bank(&t, GUEST_RAM0_BASE, layout->ram_size[0]);
	bank(&t, GUEST_RAM1_BASE, layout->ram_size[1]);
	gic(&t);
	timer(&t);
	if (config->vpl011)
		uart(&t);
	end(&t);
	note(&t, fdt_finish(buf));
	return t.err ? -XEN_ENOMEM : (int)fdt_totalsize(buf);
}
