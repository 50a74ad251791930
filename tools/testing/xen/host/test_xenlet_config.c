// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's reading of the device tree: good domains come out as they were
 * written, each mistake is refused by name, and harms no other domain.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"

#include "fdt.c"
#include "fdt_ro.c"
#include "fdt_sw.c"
#include "fdt_addresses.c"
#include "fdt_strerror.c"

#include "range.c"
#include "fdt_read.c"
#include "option.c"
#include "config.c"

/* Only a function of libfdt that nobody here calls wants it. */
int fdt_appendprop(void *fdt, int node, const char *name, const void *value,
		   int len)
{
	return -FDT_ERR_INTERNAL;
}

#define RAM	0x40000000UL
#define MIB	(1UL << 20)

static const struct blob bank = { RAM, 1024 * MIB };
static char tree[16384];
static struct range_list claims;
static struct config_set set;

static void cells64(const char *name, u64 a, u64 b, unsigned int count)
{
	const fdt64_t value[] = { cpu_to_fdt64(a), cpu_to_fdt64(b) };

	fdt_property(tree, name, value, count * sizeof(value[0]));
}

static void tree_begin(void)
{
	fdt_create(tree, sizeof(tree));
	fdt_finish_reservemap(tree);
	fdt_begin_node(tree, "");
	fdt_begin_node(tree, "chosen");
	fdt_property_u32(tree, "#address-cells", 2);
	fdt_property_u32(tree, "#size-cells", 2);
}

static void domain_begin(const char *name, u32 cpus, u64 kib)
{
	fdt_begin_node(tree, name);
	fdt_property_string(tree, "compatible", "xen,domain");
	fdt_property_u32(tree, "#address-cells", 2);
	fdt_property_u32(tree, "#size-cells", 2);
	fdt_property_u32(tree, "cpus", cpus);
	cells64("memory", kib, 0, 1);
}

static void child_begin(const char *name, const char *compatible)
{
	fdt_begin_node(tree, name);
	fdt_property_string(tree, "compatible", compatible);
}

static void module(const char *kind, u64 base, u64 size, const char *args)
{
	char name[32];

	snprintf(name, sizeof(name), "module@%lx", (unsigned long)base);
	child_begin(name, kind);
	cells64("reg", base, size, 2);
	if (args)
		fdt_property_string(tree, "bootargs", args);
	fdt_end_node(tree);
}

static void kernel(void)
{
	module("multiboot,kernel", RAM + 256 * MIB, 10 * MIB, "quiet");
}

/* A RAM disk of @kib KiB; the caller may add properties before disk_end(). */
static void disk_begin(const char *name, u64 kib)
{
	child_begin(name, "xenlet,disk");
	cells64("size-kib", kib, 0, 1);
}

static void end(void)
{
	fdt_end_node(tree);
}

static void read_tree(void)
{
	end();
	end();
	fdt_finish(tree);
	memset(&claims, 0, sizeof(claims));
	memset(&set, 0, sizeof(set));
	range_claim(&claims, RAM + 2 * MIB, 2 * MIB, false, "xenlet");
	config_read(tree, &bank, 1, 4, &claims, &set);
}

/* The one domain of the tree is refused, and the reason has @words. */
static void refused(const char *words, const char *fact)
{
	read_tree();
	if (!ktap_ok(set.nr_refused == 1 && !set.nr_domains &&
		     strstr(set.refused[0].why, words), "%s", fact))
		printf("# %s\n", set.refused[0].why);
}

static void test_good(void)
{
	const u8 mac[6] = { 0, 0x16, 0x3e, 1, 2, 3 };
	const struct domain_config *c = &set.domains[0];

	tree_begin();
	domain_begin("d1", 2, 65536);
	fdt_property(tree, "vpl011", "", 0);
	fdt_property(tree, "xenlet,paused", "", 0);
	fdt_property_string(tree, "xen,enhanced", "enabled");
	kernel();
	module("multiboot,ramdisk", RAM + 300 * MIB, 4096, NULL);
	disk_begin("disk@0", 1024);
	fdt_property_u32(tree, "vdev", 51712);
	fdt_property_u32(tree, "sector-size", 4096);
	fdt_property_string(tree, "mode", "r");
	fdt_property(tree, "no-flush", "", 0);
	end();
	child_begin("vif@0", "xenlet,vif");
	fdt_property(tree, "mac-address", mac, sizeof(mac));
	fdt_property_u32(tree, "queues", 2);
	end();
	end();
	read_tree();

	ktap_ok(set.nr_domains == 1 && !set.nr_refused, "a domain is read");
	ktap_ok(!strcmp(c->name, "d1") && c->vcpus == 2 &&
		c->memory == 64 * MIB, "with name, vCPUs and memory");
	ktap_ok(c->vpl011 && c->enhanced, "with its flags");
	ktap_ok(c->kernel.base == RAM + 256 * MIB &&
		c->kernel.size == 10 * MIB && !strcmp(c->bootargs, "quiet"),
		"with kernel and arguments");
	ktap_ok(c->ramdisk.size == 4096, "with a ramdisk");
	ktap_ok(c->nr_disks == 1 && c->disks[0].size == MIB &&
		c->disks[0].sector_size == 4096 &&
		c->disks[0].physical_sector_size == 4096 &&
		c->disks[0].readonly && c->disks[0].no_flush &&
		!c->disks[0].no_discard && c->disks[0].queues == 1,
		"with a disk");
	ktap_ok(c->nr_vifs == 1 && !memcmp(c->vifs[0].mac, mac, 6) &&
		c->vifs[0].queues == 2, "with a vif");
}

static void test_bare(void)
{
	tree_begin();
	domain_begin("plain", 1, 4096);
	kernel();
	end();
	child_begin("other", "not,ours");
	end();
	read_tree();
	ktap_ok(set.nr_domains == 1 && !set.domains[0].enhanced &&
		!set.domains[0].vpl011, "what is not asked for is off");
}

static void test_sharing(void)
{
	tree_begin();
	domain_begin("d1", 1, 65536);
	kernel();
	end();
	domain_begin("d2", 1, 65536);
	kernel();
	end();
	domain_begin("d3", 1, 65536);
	module("multiboot,kernel", RAM + 257 * MIB, MIB, NULL);
	end();
	domain_begin("d4", 1, 65536);
	module("multiboot,kernel", RAM + 400 * MIB, MIB, NULL);
	end();
	read_tree();
	ktap_ok(set.nr_domains == 3, "two domains may share one kernel");
	ktap_ok(set.nr_refused == 1 && !strcmp(set.refused[0].name, "d3") &&
		strstr(set.refused[0].why, "overlaps module@50000000 of d1"),
		"a partial overlap is refused, and says with what");
	ktap_ok(!strcmp(set.domains[2].name, "d4"),
		"the domain after it is not affected");
}

static void test_domain_errors(void)
{
	tree_begin();
	domain_begin("d1", 0, 65536);
	kernel();
	end();
	refused("cpus is 0", "no vCPU is refused");

	tree_begin();
	domain_begin("d1", 9, 65536);
	kernel();
	end();
	refused("cpus is 9", "too many vCPUs are refused");

	tree_begin();
	domain_begin("d1", 1, 0);
	kernel();
	end();
	refused("memory is 0", "no memory is refused");

	tree_begin();
	domain_begin("d1", 1, 2 * MIB);
	kernel();
	end();
	refused("the machine has", "more memory than the machine's is refused");

	tree_begin();
	domain_begin("d1", 1, ~0ULL);
	kernel();
	end();
	refused("memory is", "an absurd size is refused");

	tree_begin();
	domain_begin("d1", 1, 65536);
	end();
	refused("no kernel", "no kernel is refused");

	tree_begin();
	fdt_begin_node(tree, "d1");
	fdt_property_string(tree, "compatible", "xen,domain");
	fdt_property_u32(tree, "memory", 65536);
	kernel();
	end();
	refused("cpus is 0", "a missing property is refused");

	tree_begin();
	domain_begin("d1", 1, 65536);
	fdt_property_string(tree, "xen,enhanced", "perhaps");
	kernel();
	end();
	refused("xen,enhanced is \"perhaps\"", "an unknown mode is refused");
}

static void test_module_errors(void)
{
	static char args[1100];

	tree_begin();
	domain_begin("d1", 1, 65536);
	module("multiboot,kernel", RAM + 1020 * MIB, 5 * MIB, NULL);
	end();
	refused("module@7fc00000: reg 7fc00000+500000 is not in RAM",
		"a module that leaves RAM is refused");

	tree_begin();
	domain_begin("d1", 1, 65536);
	module("multiboot,kernel", ~0UL - 4096, 8192, NULL);
	end();
	refused("is not in RAM", "a module that wraps around is refused");

	tree_begin();
	domain_begin("d1", 1, 65536);
	module("multiboot,kernel", RAM + 3 * MIB, MIB, NULL);
	end();
	refused("overlaps xenlet", "a module over xenlet itself is refused");

	tree_begin();
	domain_begin("d1", 1, 65536);
	module("multiboot,kernel", RAM + 64 * MIB, 0, NULL);
	end();
	refused("reg is empty", "an empty module is refused");

	tree_begin();
	domain_begin("d1", 1, 65536);
	kernel();
	module("multiboot,kernel", RAM + 64 * MIB, MIB, NULL);
	end();
	refused("one more of its kind", "a second kernel is refused");

	tree_begin();
	domain_begin("d1", 1, 65536);
	kernel();
	module("multiboot,device-tree", RAM + 64 * MIB, 4096, NULL);
	end();
	refused("passes no devices", "a passthrough tree is refused");

	memset(args, 'a', sizeof(args) - 1);
	tree_begin();
	domain_begin("d1", 1, 65536);
	module("multiboot,kernel", RAM + 64 * MIB, MIB, args);
	end();
	refused("bootargs is longer", "arguments that are too long are refused");
}

/* A domain with one disk that has property @name as @value. */
static void odd_disk(u64 kib, const char *name, u32 value)
{
	tree_begin();
	domain_begin("d1", 1, 65536);
	kernel();
	disk_begin("disk@0", kib);
	if (name)
		fdt_property_u32(tree, name, value);
	end();
	end();
}

static void test_disk_errors(void)
{
	odd_disk(0, NULL, 0);
	refused("size-kib is 0", "a disk without size is refused");
	odd_disk(1024, "sector-size", 256);
	refused("sector-size is 256", "a small sector is refused");
	odd_disk(1024, "sector-size", 1000);
	refused("no power of two", "an odd sector is refused");
	odd_disk(1025, "sector-size", 4096);
	refused("no whole number of sectors", "half a sector is refused");
	odd_disk(1024, "queues", 99);
	refused("queues is 99", "too many queues are refused");
	odd_disk(1024, "vdev", 0);
	refused("vdev is 0", "an impossible vdev is refused");

	tree_begin();
	domain_begin("d1", 1, 65536);
	kernel();
	disk_begin("disk@0", 4);
	fdt_property_u32(tree, "vdev", 51712);
	end();
	disk_begin("disk@1", 4);
	fdt_property_u32(tree, "vdev", 51712);
	end();
	end();
	refused("vdev 51712 is taken", "two disks of one number are refused");

	tree_begin();
	domain_begin("d1", 1, 65536);
	kernel();
	disk_begin("disk@0", 4);
	fdt_property_string(tree, "mode", "x");
	end();
	end();
	refused("mode is neither", "an unknown mode of a disk is refused");

	tree_begin();
	domain_begin("d1", 1, 65536);
	kernel();
	disk_begin("disk@0", 8);
	cells64("reg", RAM + 64 * MIB, 4096, 2);
	end();
	end();
	refused("more than reg has", "a disk larger than its image is refused");
}

static void test_vif_errors(void)
{
	const u8 multicast[6] = { 1, 0, 0, 0, 0, 1 };
	unsigned int i;
	char name[16];

	tree_begin();
	domain_begin("d1", 1, 65536);
	kernel();
	child_begin("vif@0", "xenlet,vif");
	end();
	end();
	refused("mac-address is not 6 bytes", "a vif without MAC is refused");

	tree_begin();
	domain_begin("d1", 1, 65536);
	kernel();
	child_begin("vif@0", "xenlet,vif");
	fdt_property(tree, "mac-address", multicast, sizeof(multicast));
	end();
	end();
	refused("multicast", "a multicast MAC is refused");

	tree_begin();
	domain_begin("d1", 1, 65536);
	kernel();
	for (i = 0; i <= CONFIG_MAX_DISKS; i++) {
		snprintf(name, sizeof(name), "disk@%u", i);
		disk_begin(name, 4);
		end();
	}
	end();
	refused("more than 4 disks", "a disk too many is refused");
}

/* A tree with what stands directly in /chosen; @bootargs: its own property. */
static void dom0_begin(const char *bootargs, bool cells)
{
	fdt_create(tree, sizeof(tree));
	fdt_finish_reservemap(tree);
	fdt_begin_node(tree, "");
	fdt_property_u32(tree, "#address-cells", 2);
	fdt_property_u32(tree, "#size-cells", 2);
	fdt_begin_node(tree, "chosen");
	if (cells) {
		fdt_property_u32(tree, "#address-cells", 2);
		fdt_property_u32(tree, "#size-cells", 2);
	}
	if (bootargs)
		fdt_property_string(tree, "bootargs", bootargs);
}

static void test_dom0(void)
{
	const struct domain_config *c = &set.domains[0];

	dom0_begin("console=dtuart dom0_mem=1024M", false);
	kernel();
	module("multiboot,ramdisk", RAM + 300 * MIB, 4096, NULL);
	read_tree();
	ktap_ok(set.nr_domains == 1 && c->hardware && c->enhanced,
		"modules directly in /chosen are dom0's");
	ktap_ok(c->kernel.size == 10 * MIB && c->ramdisk.size == 4096,
		"in the root's cells, where /chosen has none");
	ktap_ok(c->memory == 1024 * MIB && c->vcpus == 4,
		"it gets what the command line says, and all CPUs");
	ktap_ok(!strcmp(c->bootargs, "quiet"), "its own arguments are its own");

	dom0_begin("root=/dev/vda", true);
	module("multiboot,kernel", RAM + 256 * MIB, 10 * MIB, NULL);
	domain_begin("d1", 1, 65536);
	module("multiboot,kernel", RAM + 400 * MIB, 10 * MIB, NULL);
	end();
	read_tree();
	ktap_ok(set.nr_domains == 2 && !set.domains[1].hardware,
		"a domU beside it");
	ktap_ok(!strcmp(c->bootargs, "root=/dev/vda") &&
		c->memory == 512 * MIB,
		"bootargs alone is dom0's, which has 512 MiB then");
}

static void test_dom0_disks(void)
{
	dom0_begin(NULL, true);
	module("multiboot,kernel", RAM + 256 * MIB, 10 * MIB, NULL);
	domain_begin("d1", 1, 65536);
	module("multiboot,kernel", RAM + 400 * MIB, 10 * MIB, NULL);
	child_begin("disk@0", "xenlet,disk");
	fdt_property(tree, "backend-in-dom0", "", 0);
	end();
	end();
	read_tree();
	ktap_ok(set.nr_domains == 2 && set.domains[1].disks[0].in_dom0,
		"a disk of dom0's needs no size");
	tree_begin();
	domain_begin("d1", 1, 65536);
	kernel();
	child_begin("disk@0", "xenlet,disk");
	fdt_property(tree, "backend-in-dom0", "", 0);
	end();
	end();
	refused("no dom0", "but a dom0");
}

static void store(const char *where, bool with_dom0)
{
	dom0_begin(NULL, true);
	fdt_property_string(tree, "xenlet,store", where);
	if (with_dom0)
		module("multiboot,kernel", RAM + 256 * MIB, 10 * MIB, NULL);
	domain_begin("d1", 1, 65536);
	module("multiboot,kernel", RAM + 400 * MIB, 10 * MIB, NULL);
}

static void test_store(void)
{
	store("dom0", true);
	end();
	read_tree();
	ktap_ok(set.nr_domains == 2 && set.store_in_dom0,
		"the store can be dom0's");
	store("built-in", true);
	end();
	read_tree();
	ktap_ok(set.nr_domains == 2 && !set.store_in_dom0,
		"or xenlet's, and the tree says so");
	store("dom0", false);
	end();
	refused("xenlet,store is \"dom0\", and there is no dom0",
		"but there must be one");
	store("dom", true);
	end();
	read_tree();
	ktap_ok(!set.nr_domains && set.nr_refused == 2 &&
		!strcmp(set.refused[0].name, "dom0") &&
		!strcmp(set.refused[1].name, "d1"),
		"no domain can be without knowing where");
	ktap_ok(!strcmp(set.refused[1].why,
			"xenlet,store is \"dom\", not \"built-in\" or \"dom0\""),
		"and is told the property and its value");
	store("dom0", true);
	child_begin("vif@0", "xenlet,vif");
	fdt_property(tree, "mac-address", "\0\x16\x3e\0\0\1", 6);
	end();
	end();
	read_tree();
	ktap_ok(set.nr_domains == 1 && set.nr_refused == 1 &&
		strstr(set.refused[0].why, "vif@0: no backend-in-dom0"),
		"backends of xenlet's have no store then");
}

static void test_dom0_bootargs(void)
{
	const struct domain_config *c = &set.domains[0];
	const char *line;

	dom0_begin(NULL, true);
	fdt_property_string(tree, "xen,xen-bootargs",
			    "dom0_max_vcpus=2 dom0_mem=4096");
	fdt_property_string(tree, "xen,dom0-bootargs", "console=hvc0");
	kernel();
	read_tree();
	line = config_command_line(tree, true);
	ktap_ok(line && !strncmp(line, "dom0_max_vcpus", 14) &&
		c->vcpus == 2 && c->memory == 4 * MIB,
		"xen,xen-bootargs comes first; a size is in KiB");
	ktap_ok(!strcmp(c->bootargs, "console=hvc0"),
		"xen,dom0-bootargs goes before the module's");
}

static void test_dom0_refused(void)
{
	dom0_begin("dom0_mem=lots", true);
	kernel();
	refused("dom0_mem", "a dom0_mem that is no size is refused");
	dom0_begin("dom0_max_vcpus=99", true);
	kernel();
	refused("dom0_max_vcpus", "too many vCPUs are refused");
	dom0_begin(NULL, true);
	module("multiboot,kernel", 0x1000, 4096, NULL);
	refused("not in RAM", "a kernel that is nowhere is refused");
	dom0_begin(NULL, true);
	module("multiboot,ramdisk", RAM + 300 * MIB, 4096, NULL);
	read_tree();
	ktap_ok(!set.nr_domains && !set.nr_refused,
		"without a kernel there is no dom0");
}

static void test_options(void)
{
	u64 size = 0;

	ktap_ok(!option_find("xdom0_mem=1 dom0_memory=2", "dom0_mem") &&
		!option_find(NULL, "a") && !option_find("", "a"),
		"an option is found by its whole name");
	ktap_ok(*option_find("a=1  dom0_mem=7", "dom0_mem") == '7',
		"wherever it stands");
	ktap_ok(option_size("3", &size) && size == 3072 &&
		option_size("5b x", &size) && size == 5 &&
		option_size("2G", &size) && size == 2ULL << 30,
		"sizes have units");
	ktap_ok(!option_size("", &size) && !option_size("x", &size) &&
		!option_size("1Mx", &size) && !option_size("1q", &size) &&
		!option_size("18446744073709551615G", &size),
		"and what is none is not taken");
}

static u64 free_bytes;

static void count_free(u64 base, u64 size)
{
	free_bytes += size;
}

static void test_ranges(void)
{
	struct range_list list = { 0 };
	const struct blob banks[] = { { 0x1000, 0x1000 }, { 0x4000, 0x1000 } };
	unsigned int i;

	ktap_ok(!range_claim(&list, 0x1400, 0x100, false, "b") &&
		!range_claim(&list, 0x1000, 0x100, false, "a") &&
		!range_claim(&list, 0x1f00, 0x100, false, "c"),
		"ranges apart are claimed in any order");
	ktap_ok(range_claim(&list, 0x14ff, 1, false, "x") == &list.range[1],
		"one common byte is an overlap");
	ktap_ok(!range_claim(&list, 0x1500, 1, false, "d"),
		"touching is none");
	range_free(&list, &banks[0], count_free);
	ktap_ok(free_bytes == 0x1000 - 0x301, "the rest is free");
	ktap_ok(!range_inside(banks, 2, 0x1800, 0x1000),
		"a hole between banks is no memory");
	for (i = list.nr; i < RANGE_MAX; i++)
		range_claim(&list, 0x10000 + i * 16, 8, false, "fill");
	ktap_ok(range_claim(&list, 0, 1, false, "x"),
		"a full list refuses more");
}

int main(void)
{
	test_good();
	test_bare();
	test_sharing();
	test_domain_errors();
	test_module_errors();
	test_disk_errors();
	test_vif_errors();
	test_dom0();
	test_dom0_disks();
	test_store();
	test_dom0_bootargs();
	test_dom0_refused();
	test_options();
	test_ranges();
	return ktap_done();
}
