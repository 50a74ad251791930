// SPDX-License-Identifier: GPL-2.0
/*
 * What dom0 gets of the machine: its device tree, its devices' registers and
 * interrupts, and the extended regions, from trees that are as they should be
 * and from trees that are not.
 */
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"

/* The guest's interrupt numbers are in the ABI of the architecture. */
#undef __x86_64__
#undef __i386__
#define __aarch64__	1

#include "fdt.c"
#include "fdt_ro.c"
#include "fdt_sw.c"
#include "fdt_addresses.c"
#include "fdt_strerror.c"

#include "fdt_read.c"
#include "fdt_write.c"
#include "extended.c"
#include "fdt_path.c"
#include "dom0_walk.c"
#include "dom0_devices.c"
#include "dom0_fdt.c"

#define GIC		0x8003
#define RAM		0x40000000UL
#define MIB		(1UL << 20)
#define UART		0x09000000UL
#define HARNESS		0x0a003e00UL

static struct machine machine;
const struct machine *const the_machine = &machine;
static struct domain d0;
static char host[65536], made[65536];
static u32 v2m_frame[4];

/* Only a function of libfdt that nobody here calls wants it. */
int fdt_appendprop(void *fdt, int node, const char *name, const void *value,
		   int len)
{
	return -FDT_ERR_INTERNAL;
}

bool harness_owns(paddr_t base)
{
	return base == HARNESS;
}

void printk(const char *fmt, ...)
{
}

/* What was mapped and routed. */
static struct {
	struct blob map[64];
	unsigned int nr_maps, nr_irqs;
	bool bad;
	struct {
		unsigned int irq;
		bool edge;
	} irq[256];
} got;

int p2m_map(struct domain *d, gfn_t gfn, paddr_t pa, unsigned int order,
	    enum p2m_type type)
{
	struct blob *last = got.nr_maps ? &got.map[got.nr_maps - 1] : NULL;

	got.bad |= type != P2M_MMIO || gfn << PAGE_SHIFT != pa ||
		(gfn & ((1UL << order) - 1)) ||
		gfn + (1UL << order) > P2M_GFN_LIMIT;
	if (last && last->base + last->size == pa) {
		last->size += PAGE_SIZE << order;
		return 0;
	}
	if (got.nr_maps < ARRAY_SIZE(got.map))
		got.map[got.nr_maps++] =
			(struct blob){ pa, PAGE_SIZE << order };
	return 0;
}

int vgic_route(struct domain *d, unsigned int irq, bool edge)
{
	unsigned int i;

	for (i = 0; i < got.nr_irqs; i++)
		if (got.irq[i].irq == irq)
			return -XEN_EBUSY;
	if (irq < 32 || irq >= 288)
		return -XEN_EINVAL;
	got.irq[got.nr_irqs].irq = irq;
	got.irq[got.nr_irqs++].edge = edge;
	return 0;
}

static bool mapped(u64 base, u64 size)
{
	unsigned int i;

	for (i = 0; i < got.nr_maps; i++)
		if (base >= got.map[i].base && base + size <=
		    got.map[i].base + got.map[i].size)
			return true;
	return false;
}

static bool routed(unsigned int irq, bool edge)
{
	unsigned int i;

	for (i = 0; i < got.nr_irqs; i++)
		if (got.irq[i].irq == irq)
			return got.irq[i].edge == edge;
	return false;
}

static void cells(const char *name, const u32 *values, unsigned int count)
{
	fdt32_t be[64];
	unsigned int i;

	for (i = 0; i < count; i++)
		be[i] = cpu_to_fdt32(values[i]);
	fdt_property(host, name, be, count * sizeof(be[0]));
}

#define CELLS(name, ...) \
	cells(name, (const u32[]){ __VA_ARGS__ }, \
	      sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32))

static void device(const char *name, const char *compatible, u64 base,
		   u32 size)
{
	fdt_begin_node(host, name);
	fdt_property_string(host, "compatible", compatible);
	CELLS("reg", base >> 32, base, 0, size);
}

static void end(void)
{
	fdt_end_node(host);
}

static void gic(void)
{
	fdt_begin_node(host, "intc@8000000");
	fdt_property_string(host, "compatible", "arm,cortex-a15-gic");
	CELLS("reg", 0, 0x08000000, 0, 0x10000, 0, 0x08010000, 0, 0x10000,
	      0, 0x08030000, 0, 0x10000, 0, 0x08040000, 0, 0x10000);
	CELLS("interrupts", 1, 9, 4);
	fdt_property(host, "interrupt-controller", "", 0);
	fdt_property(host, "ranges", "", 0);
	fdt_property_u32(host, "phandle", GIC);
	fdt_property_u32(host, "#interrupt-cells", 3);
	fdt_property_u32(host, "#address-cells", 2);
	fdt_property_u32(host, "#size-cells", 2);
	device("v2m@8020000", "arm,gic-v2m-frame", 0x08020000, 0x1000);
	end();
	end();
}

static void pci(void)
{
	fdt_begin_node(host, "pcie@10000000");
	fdt_property_string(host, "device_type", "pci");
	fdt_property_u32(host, "#address-cells", 3);
	fdt_property_u32(host, "#size-cells", 2);
	fdt_property_u32(host, "#interrupt-cells", 1);
	CELLS("reg", 0x40, 0x10000000, 0, 0x10000000);
	CELLS("ranges", 0x1000000, 0, 0, 0, 0x3eff0000, 0, 0x10000,
	      0x3000000, 0x80, 0, 0x80, 0, 0x80, 0);
	CELLS("interrupt-map", 0, 0, 0, 1, GIC, 0, 0, 0, 3, 4,
	      0, 0, 0, 2, GIC, 0, 0, 0, 4, 4,
	      0x800, 0, 0, 1, GIC, 0, 0, 0, 3, 4);
	end();
}

static void bus(void)
{
	fdt_begin_node(host, "bus@c000000");
	fdt_property_string(host, "compatible", "simple-bus");
	fdt_property_u32(host, "#address-cells", 1);
	fdt_property_u32(host, "#size-cells", 1);
	CELLS("ranges", 0, 0, 0x0c000000, 0x100000);
	fdt_begin_node(host, "dev@2000");
	CELLS("reg", 0x2000, 0x1000);
	CELLS("interrupts", 0, 112, 4);
	end();
	fdt_begin_node(host, "outside@900000");
	CELLS("reg", 0x900000, 0x1000);
	end();
	end();
	/* No ranges: what is on it has no address of the machine's. */
	fdt_begin_node(host, "i2c");
	fdt_property_u32(host, "#address-cells", 1);
	fdt_property_u32(host, "#size-cells", 0);
	fdt_begin_node(host, "chip@48");
	CELLS("reg", 0x48);
	end();
	end();
}

/* A board of buses behind each other, the outer with a map of interrupts. */
static void board(void)
{
	fdt_begin_node(host, "smb@20000000");
	fdt_property_u32(host, "#address-cells", 1);
	fdt_property_u32(host, "#size-cells", 1);
	fdt_property_u32(host, "#interrupt-cells", 1);
	CELLS("ranges", 0, 0, 0x20000000, 0x1000000);
	CELLS("interrupt-map-mask", 0, 63);
	CELLS("interrupt-map", 0, 4, GIC, 0, 0, 0, 120, 4,
	      0, 5, GIC, 0, 0, 0, 121, 1);
	fdt_begin_node(host, "io@300000");
	fdt_property_u32(host, "#address-cells", 1);
	fdt_property_u32(host, "#size-cells", 1);
	CELLS("ranges", 0, 0x300000, 0x10000);
	fdt_begin_node(host, "serial@1000");
	CELLS("reg", 0x1000, 0x1000);
	CELLS("interrupts", 4);
	end();
	fdt_begin_node(host, "timer@2000");
	CELLS("reg", 0x2000, 0x1000);
	CELLS("interrupts", 9, 5);
	end();
	fdt_begin_node(host, "reset");
	fdt_property_string(host, "compatible", "arm,vexpress-reset");
	end();
	end();
	end();
}

static void own_and_firmware(void)
{
	device("pl011@9000000", "arm,pl011", UART, 0x1000);
	CELLS("interrupts", 0, 1, 4);
	end();
	device("virtio_mmio@a003e00", "virtio,mmio", HARNESS, 0x200);
	CELLS("interrupts", 0, 47, 1);
	end();
	fdt_begin_node(host, "psci");
	fdt_property_string(host, "method", "smc");
	end();
	fdt_begin_node(host, "cpus");
	fdt_property_u32(host, "#address-cells", 1);
	fdt_begin_node(host, "cpu@0");
	end();
	end();
	fdt_begin_node(host, "timer");
	fdt_property_string(host, "compatible", "arm,armv8-timer");
	end();
	fdt_begin_node(host, "pmu");
	fdt_property_string(host, "compatible", "arm,armv8-pmuv3");
	end();
	fdt_begin_node(host, "memory@40000000");
	fdt_property_string(host, "device_type", "memory");
	end();
}

static void make_host(void)
{
	fdt_create(host, sizeof(host));
	fdt_finish_reservemap(host);
	fdt_begin_node(host, "");
	fdt_property_u32(host, "#address-cells", 2);
	fdt_property_u32(host, "#size-cells", 2);
	fdt_property_u32(host, "interrupt-parent", GIC);
	fdt_property_string(host, "compatible", "linux,dummy-virt");
	gic();
	pci();
	bus();
	board();
	own_and_firmware();
	device("virtio_mmio@a000000", "virtio,mmio", 0x0a000000, 0x200);
	CELLS("interrupts", 0, 16, 1);
	end();
	device("evil@40100000", "evil", RAM + MIB, 0x1000);
	end();
	device("near@9000800", "evil", UART + 0x800, 0x100);
	end();
	device("gich@8030000", "evil", 0x08030000, 0x1000);
	end();
	device("end@ffffffffffff0000", "evil", 0xffffffffffff0000, 0x20000);
	end();
	fdt_begin_node(host, "gpio-keys");
	fdt_property_u32(host, "interrupt-parent", 0x9999);
	CELLS("interrupts", 0, 177, 1);
	end();
	fdt_begin_node(host, "chosen");
	fdt_property_string(host, "bootargs", "console=dtuart");
	fdt_property_string(host, "stdout-path", "/pl011@9000000");
	fdt_property_string(host, "xenlet,store", "dom0");
	fdt_property_u32(host, "kaslr-seed", 7);
	device("module@49000000", "multiboot,kernel", 0x49000000, 0x1000);
	end();
	end();
	end();
	fdt_finish(host);
}

static void setup(void)
{
	machine = (struct machine){
		.fdt = host, .gic_phandle = GIC, .gic_address_cells = 2,
		.nr_banks = 1, .banks = { { RAM, 1024 * MIB } },
		.gicd = 0x08000000, .gicc = 0x08010000, .gich = 0x08030000,
		.gicv = 0x08040000, .uart = UART,
		.v2m = (uintptr_t)v2m_frame,
	};
	v2m_frame[V2M_TYPER / 4] = 80 << 16 | 64;
	memset(&got, 0, sizeof(got));
}

static void test_devices(void)
{
	setup();
	make_host();
	ktap_ok(!dom0_devices(&d0) && !got.bad, "devices are mapped 1:1");
	ktap_ok(mapped(0x0a000000, 0x1000) && routed(48, true),
		"registers by pages, an edge as one");
	ktap_ok(mapped(0x4010000000, 0x10000000) &&
		mapped(0x3eff0000, 0x10000) && mapped(1UL << 39, 1UL << 39),
		"a host bridge has its windows");
	ktap_ok(routed(35, false) && routed(36, false),
		"and the interrupts of its map");
	ktap_ok(mapped(0x0c002000, 0x1000) && routed(144, false),
		"a device on a bus is where the bus puts it");
	ktap_ok(!mapped(0x0c900000, 1) && !mapped(0x900000, 1) &&
		!mapped(0x48, 1), "one that no range shows has no address");
	ktap_ok(mapped(0x08020000, 0x1000) && routed(80, true) &&
		routed(143, true) && !routed(144, true),
		"a frame for messages has the interrupts that it names");
	ktap_ok(!mapped(0x08000000, 1) && !mapped(0x08030000, 1) &&
		!mapped(UART, 1) && !routed(33, false),
		"the GIC and xenlet's UART are not dom0's");
	ktap_ok(!routed(79, true), "the harness's interrupt is not either");
	ktap_ok(!mapped(RAM + MIB, 1), "nor RAM that calls itself a device");
	ktap_ok(!routed(209, true),
		"an interrupt of another controller is not the GIC's");
}

static void test_board(void)
{
	setup();
	make_host();
	ktap_ok(!dom0_devices(&d0) && mapped(0x20301000, 0x2000),
		"registers are where all the buses put them");
	ktap_ok(routed(152, false) && routed(153, true),
		"interrupts are what the bus's map says");
	setup();
	machine.uart = 0x20301000;
	dom0_devices(&d0);
	ktap_ok(!mapped(0x20301000, 1) && mapped(0x20302000, 1) &&
		!routed(152, false), "xenlet's UART is found there as well");
}

static const char *text_at(const char *path, const char *name)
{
	int node = fdt_path_offset(made, path);

	return node < 0 ? NULL : fdt_text(made, node, name);
}

static int length_at(const char *path, const char *name)
{
	int node = fdt_path_offset(made, path), len = -1;

	if (node >= 0)
		fdt_getprop(made, node, name, &len);
	return len;
}

static bool there(const char *path)
{
	return fdt_path_offset(made, path) >= 0;
}

static const struct domain_config config = {
	.hardware = true, .vcpus = 3, .bootargs = "console=hvc0",
};

static const struct guest_layout layout = {
	.nr_banks = 2, .banks = { { RAM, 256 * MIB },
				  { RAM + 512 * MIB, 64 * MIB } },
	.ramdisk = RAM + 130 * MIB, .ramdisk_size = 4096,
};

static struct dom0_regions regions;

static int build(void)
{
	memset(made, 0x55, sizeof(made));
	return dom0_fdt_build(host, &config, &layout, &regions, made,
			      MIN(dom0_fdt_size(host), sizeof(made)));
}

static void test_tree(void)
{
	u64 base = 0, size = 0;
	int at;

	setup();
	make_host();
	regions.nr = 1;
	regions.region[0] = (struct blob){ 0x40200000, 0x40000 };
	extended_regions(machine.banks, 1, layout.banks, 2, &regions);
	ktap_ok(build() > 0 && !fdt_check_header(made), "a tree is made");
	ktap_ok(!strcmp(text_at("/", "compatible"), "linux,dummy-virt"),
		"it is the machine's");
	ktap_ok(there("/virtio_mmio@a000000") && there("/bus@c000000/dev@2000") &&
		there("/intc@8000000/v2m@8020000"), "with its devices");
	ktap_ok(!there("/pl011@9000000") && !there("/virtio_mmio@a003e00") &&
		!there("/pmu") && !there("/smb@20000000/io@300000/reset"),
		"less what xenlet has");
	ktap_ok(length_at("/intc@8000000", "reg") == 32 &&
		length_at("/intc@8000000", "interrupts") < 0,
		"a GIC without virtualization");
	ktap_ok(!strcmp(text_at("/psci", "method"), "hvc") &&
		there("/cpus/cpu@2") && !there("/cpus/cpu@3"),
		"CPUs and firmware are xenlet's");
	ktap_ok(there("/memory@40000000") && there("/memory@60000000"),
		"memory is what it was given");
	ktap_ok(!strcmp(text_at("/chosen", "bootargs"), "console=hvc0") &&
		length_at("/chosen", "linux,initrd-end") == 8 &&
		length_at("/chosen", "kaslr-seed") == 4 &&
		length_at("/chosen", "stdout-path") < 0 &&
		length_at("/chosen", "xenlet,store") < 0 &&
		!there("/chosen/module@49000000"),
		"/chosen is for dom0's kernel");
	at = fdt_path_offset(made, "/hypervisor");
	ktap_ok(there("/hypervisor") &&
		!fdt_reg(made, 0, at, 1, &base, &size) &&
		base == RAM + 256 * MIB && size == 256 * MIB,
		"the hypervisor node has the extended regions");
	ktap_ok(dom0_fdt_build(host, &config, &layout, &regions, made, 700) ==
		-XEN_ENOMEM, "too little room is an error");
}

static void test_extended(void)
{
	const struct blob ram[] = { { RAM, 1024 * MIB },
				    { RAM + 2048 * MIB, 32 * MIB } };
	const struct blob used[] = {
		{ RAM + 512 * MIB, 256 * MIB }, { RAM, 3 * MIB },
		{ RAM + 800 * MIB, 4096 },
	};
	struct dom0_regions r = { .nr = 1 };

	extended_regions(ram, 2, used, 3, &r);
	ktap_ok(r.nr == 3, "small pieces are no regions");
	ktap_ok(r.region[1].base == RAM + 4 * MIB &&
		r.region[1].size == 508 * MIB,
		"a region begins at 2 MiB behind what is used");
	ktap_ok(r.region[2].base == RAM + 802 * MIB &&
		r.region[2].size == 222 * MIB, "and ends with the bank");
	r.nr = 1;
	extended_regions(ram, 1, &ram[0], 1, &r);
	ktap_ok(r.nr == 1, "where all is used there is none");
	for (r.nr = LAYOUT_BANKS - 1; r.nr < LAYOUT_BANKS;)
		extended_regions(ram, 1, used, 3, &r);
	extended_regions(ram, 1, used, 3, &r);
	ktap_ok(r.nr == LAYOUT_BANKS, "no more than there is room for");
}

/* Bytes changed at random: what comes out may be anything, but is bounded. */
static void test_hostile(void)
{
	static char good[sizeof(host)];
	unsigned int run, i, size;

	setup();
	make_host();
	size = fdt_totalsize(host);
	memcpy(good, host, size);
	srand(4);
	for (run = 0; run < 3000; run++) {
		memcpy(host, good, size);
		for (i = 0; i < 1 + run % 8; i++)
			host[sizeof(struct fdt_header) + rand() % (size -
				sizeof(struct fdt_header))] = rand();
		memset(&got, 0, sizeof(got));
		dom0_devices(&d0);
		build();
		if (got.bad)
			break;
	}
	ktap_ok(run == 3000, "a broken tree breaks nothing");
}

int main(void)
{
	test_devices();
	test_board();
	test_tree();
	test_extended();
	test_hostile();
	return ktap_done();
}
