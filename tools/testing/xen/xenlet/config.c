// SPDX-License-Identifier: GPL-2.0
/*
 * From the device tree to struct domain_config: dom0's modules, Xen's dom0less
 * binding, and xenlet's own children of a domain's node. Stateless: one struct
 * reader lives while one node is read. The tree comes from whoever started the
 * machine, and is checked like any other input.
 */
#include <libfdt.h>
#include <stdarg.h>
#include <xenlet/config_read.h>
#include <xenlet/fdt.h>
#include <xenlet/lib.h>

#define SECTOR_MIN	512
#define SECTOR_MAX	4096
#define QUEUES_MAX	8
#define KIB_MAX		(1ULL << 30)	/* 1 TiB */
#define DISK_KIB_MAX	(1ULL << 30)
#define DOM0_MEMORY	(512ULL << 20)	/* as Xen, when nobody says */

/**
 * struct reader - one domain's node being read
 * @domain: the domain's node, or the one that has dom0's cells
 * @has_dom0: there is a domain that can have backends
 * @store_in_dom0: and only there is a store
 * @failed: @why says what is wrong; the first mistake wins
 */
struct reader {
	const void *fdt;
	int domain;
	const struct blob *banks;
	unsigned int nr_banks;
	struct range_list *claims;
	struct domain_config *config;
	bool has_dom0;
	bool store_in_dom0;
	bool failed;
	char why[160];
};

static void fail(struct reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void fail(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	if (r->failed)
		return;
	r->failed = true;
	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
}

static const char *name_of(struct reader *r, int node)
{
	const char *name = fdt_get_name(r->fdt, node, NULL);

	return name ? name : "?";
}

/* A number in a property, or @fallback where there is none. */
static u64 number(struct reader *r, int node, const char *name,
		  unsigned int cells, u64 fallback, u64 min, u64 max)
{
	u64 value = fallback;

	if (fdt_number(r->fdt, node, name, cells, &value) < 0) {
		fail(r, "%s: %s is not %u cell%s", name_of(r, node), name,
		     cells, cells == 1 ? "" : "s");
		return min;
	}
	if (value < min || value > max) {
		fail(r, "%s: %s is %llu, not %llu to %llu", name_of(r, node),
		     name, value, min,
		     max);
		return min;
	}
	return value;
}

static void claim(struct reader *r, int node, const struct blob *blob,
		  bool shared)
{
	const struct range *other;
	char what[48];

	if (!range_inside(r->banks, r->nr_banks, blob->base, blob->size)) {
		fail(r, "%s: reg %llx+%llx is not in RAM", name_of(r, node),
		     blob->base, blob->size);
		return;
	}
	snprintf(what, sizeof(what), "%s of %s", name_of(r, node),
		 r->config->name);
	other = range_claim(r->claims, blob->base, blob->size, shared, what);
	if (other)
		fail(r, "%s: reg %llx+%llx overlaps %s", name_of(r, node),
		     blob->base, blob->size,
		     other->what);
}

static void read_blob(struct reader *r, int node, struct blob *blob,
		      bool shared)
{
	if (blob->size) {
		fail(r, "%s: one more of its kind", name_of(r, node));
		return;
	}
	if (fdt_reg(r->fdt, r->domain, node, 0, &blob->base, &blob->size)) {
		fail(r, "%s: no reg", name_of(r, node));
		return;
	}
	if (!blob->size) {
		fail(r, "%s: reg is empty", name_of(r, node));
		return;
	}
	claim(r, node, blob, shared);
}

static void read_bootargs(struct reader *r, int node, const char *property)
{
	const char *args = fdt_text(r->fdt, node, property);
	struct domain_config *config = r->config;

	if (!args)
		return;
	if (strlen(args) >= sizeof(config->bootargs))
		fail(r, "%s: %s is longer than %zu", name_of(r, node),
		     property, sizeof(config->bootargs) - 1);
	else
		snprintf(config->bootargs, sizeof(config->bootargs), "%s",
			 args);
}

static void read_kernel(struct reader *r, int node)
{
	read_blob(r, node, &r->config->kernel, true);
	read_bootargs(r, node, "bootargs");
}

static u32 sector_size(struct reader *r, int node, const char *name, u32 size)
{
	size = number(r, node, name, 1, size, SECTOR_MIN, SECTOR_MAX);
	if (size & (size - 1))
		fail(r, "%s: %s is %u, no power of two", name_of(r, node),
		     name, size);
	return size;
}

static void read_disk_size(struct reader *r, int node, struct disk_config *disk)
{
	u64 kib = number(r, node, "size-kib", 2, 0, 0, DISK_KIB_MAX);

	if (!kib && disk->image.size)
		kib = disk->image.size >> 10;
	disk->size = kib << 10;
	if (!disk->size || disk->size % disk->physical_sector_size)
		fail(r, "%s: size-kib is %llu, no whole number of sectors",
		     name_of(r, node), kib);
	if (disk->image.size && disk->size > disk->image.size)
		fail(r, "%s: size-kib is more than reg has", name_of(r, node));
}

/* What dom0 serves, it chooses the contents and the features of. */
static bool read_in_dom0(struct reader *r, int node)
{
	if (!fdt_flag(r->fdt, node, "backend-in-dom0")) {
		if (r->store_in_dom0)
			fail(r, "%s: no backend-in-dom0, where the store is",
			     name_of(r, node));
		return false;
	}
	if (!r->has_dom0)
		fail(r, "%s: backend-in-dom0, and there is no dom0",
		     name_of(r, node));
	return true;
}

static void read_disk(struct reader *r, int node)
{
	struct domain_config *config = r->config;
	struct disk_config *disk = &config->disks[config->nr_disks];
	const char *mode = fdt_text(r->fdt, node, "mode");
	unsigned int i;

	if (config->nr_disks == CONFIG_MAX_DISKS) {
		fail(r, "%s: more than %u disks", name_of(r, node),
		     CONFIG_MAX_DISKS);
		return;
	}
	if (fdt_flag(r->fdt, node, "reg"))
		read_blob(r, node, &disk->image, false);
	disk->vdev = number(r, node, "vdev", 1, 51712 + 16 * config->nr_disks,
			    1, (1UL << 29) - 1);
	disk->sector_size = sector_size(r, node, "sector-size", SECTOR_MIN);
	disk->physical_sector_size = sector_size(r, node,
						 "physical-sector-size",
						 disk->sector_size);
	if (disk->physical_sector_size < disk->sector_size)
		fail(r, "%s: physical-sector-size is less than sector-size",
		     name_of(r, node));
	disk->in_dom0 = read_in_dom0(r, node);
	if (!disk->in_dom0)
		read_disk_size(r, node, disk);
	disk->queues = number(r, node, "queues", 1, 1, 1, QUEUES_MAX);
	if (mode && strcmp(mode, "w") && strcmp(mode, "r"))
		fail(r, "%s: mode is neither \"r\" nor \"w\"",
		     name_of(r, node));
	disk->readonly = mode && !strcmp(mode, "r");
	disk->no_persistent = fdt_flag(r->fdt, node, "no-persistent");
	disk->no_indirect = fdt_flag(r->fdt, node, "no-indirect");
	disk->no_flush = fdt_flag(r->fdt, node, "no-flush");
	disk->no_discard = fdt_flag(r->fdt, node, "no-discard");
	for (i = 0; i < config->nr_disks; i++)
		if (config->disks[i].vdev == disk->vdev)
			fail(r, "%s: vdev %u is taken", name_of(r, node),
			     disk->vdev);
	config->nr_disks++;
}

static void read_vif(struct reader *r, int node)
{
	struct domain_config *config = r->config;
	struct vif_config *vif = &config->vifs[config->nr_vifs];
	const u8 *mac;
	int len;

	if (config->nr_vifs == CONFIG_MAX_VIFS) {
		fail(r, "%s: more than %u vifs", name_of(r, node),
		     CONFIG_MAX_VIFS);
		return;
	}
	mac = fdt_getprop(r->fdt, node, "mac-address", &len);
	if (!mac || len != (int)sizeof(vif->mac)) {
		fail(r, "%s: mac-address is not 6 bytes", name_of(r, node));
		return;
	}
	if (mac[0] & 1)
		fail(r, "%s: mac-address is a multicast one",
		     name_of(r, node));
	memcpy(vif->mac, mac, sizeof(vif->mac));
	vif->in_dom0 = read_in_dom0(r, node);
	vif->queues = number(r, node, "queues", 1, 1, 1, QUEUES_MAX);
	vif->no_sg = fdt_flag(r->fdt, node, "no-sg");
	vif->no_gso = fdt_flag(r->fdt, node, "no-gso");
	vif->no_csum = fdt_flag(r->fdt, node, "no-csum");
	vif->no_split = fdt_flag(r->fdt, node, "no-split");
	config->nr_vifs++;
}

static void read_ramdisk(struct reader *r, int node)
{
	read_blob(r, node, &r->config->ramdisk, true);
}

static void read_device_tree(struct reader *r, int node)
{
	fail(r, "%s: xenlet passes no devices through", name_of(r, node));
}

static const struct {
	const char *compatible;
	void (*read)(struct reader *r, int node);
} children[] = {
	{ "multiboot,kernel", read_kernel },
	{ "multiboot,ramdisk", read_ramdisk },
	{ "multiboot,device-tree", read_device_tree },
	{ "xenlet,disk", read_disk },
	{ "xenlet,vif", read_vif },
};

static void read_child(struct reader *r, int node)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(children); i++) {
		if (fdt_compatible(r->fdt, node, children[i].compatible)) {
			children[i].read(r, node);
			return;
		}
	}
}

static void read_enhanced(struct reader *r, int node)
{
	const char *text = fdt_text(r->fdt, node, "xen,enhanced");

	if (!fdt_flag(r->fdt, node, "xen,enhanced"))
		return;
	if (!text || !*text || !strcmp(text, "enabled") ||
	    !strcmp(text, "legacy") || !strcmp(text, "no-xenstore"))
		r->config->enhanced = true;
	else if (strcmp(text, "disabled"))
		fail(r, "xen,enhanced is \"%s\"", text);
}

static void read_domain(struct reader *r, int node)
{
	struct domain_config *config = r->config;
	u64 total = 0;
	unsigned int i;
	int child;

	snprintf(config->name, sizeof(config->name), "%s", name_of(r, node));
	config->vcpus = number(r, node, "cpus", 1, 0, 1, MAX_VCPUS);
	config->memory = number(r, node, "memory", 2, 0, 1, KIB_MAX) << 10;
	config->memory &= PAGE_MASK;
	for (i = 0; i < r->nr_banks; i++)
		total += r->banks[i].size;
	if (config->memory > total)
		fail(r, "memory is %llu KiB, the machine has %llu KiB",
		     config->memory >> 10,
		     total >> 10);
	config->vpl011 = fdt_flag(r->fdt, node, "vpl011");
	config->paused = fdt_flag(r->fdt, node, "xenlet,paused");
	read_enhanced(r, node);
	fdt_for_each_subnode(child, r->fdt, node)
		read_child(r, child);
	if (!config->kernel.size)
		fail(r, "no kernel module");
}

const char *config_command_line(const void *fdt, bool modules_have_one)
{
	int chosen = fdt_path_offset(fdt, "/chosen");
	const char *line;

	if (chosen < 0)
		return NULL;
	line = fdt_text(fdt, chosen, "xen,xen-bootargs");
	if (line)
		return line;
	if (!modules_have_one && !fdt_text(fdt, chosen, "xen,dom0-bootargs"))
		return NULL;
	return fdt_text(fdt, chosen, "bootargs");
}

/* A mistake here is one of every domain. */
static void read_store(struct reader *r, int chosen)
{
	const char *text = fdt_text(r->fdt, chosen, "xenlet,store");

	if (!fdt_flag(r->fdt, chosen, "xenlet,store"))
		return;
	r->store_in_dom0 = text && !strcmp(text, "dom0");
	if (r->store_in_dom0 && !r->config->hardware && !r->has_dom0)
		fail(r, "xenlet,store is \"dom0\", and there is no dom0");
	if (!r->store_in_dom0 && (!text || strcmp(text, "built-in")))
		fail(r, "xenlet,store is \"%s\", not \"built-in\" or \"dom0\"",
		     text ?: "");
}

static void read_dom0_options(struct reader *r, const char *line)
{
	const char *memory = option_find(line, "dom0_mem");
	const char *vcpus = option_find(line, "dom0_max_vcpus");
	struct domain_config *config = r->config;
	unsigned long count;

	config->memory = DOM0_MEMORY;
	if (memory && (!option_size(memory, &config->memory) ||
		       config->memory < PAGE_SIZE))
		fail(r, "dom0_mem is no size");
	config->memory &= PAGE_MASK;
	if (!vcpus)
		return;
	count = strtoul(vcpus, NULL, 10);
	if (!count || count > MAX_VCPUS)
		fail(r, "dom0_max_vcpus is not 1 to %u", MAX_VCPUS);
	config->vcpus = count;
}

static void refuse(struct config_set *set, const char *name, const char *why)
{
	struct refusal *refusal = &set->refused[set->nr_refused];

	if (set->nr_refused == MAX_DOMAINS)
		return;
	set->nr_refused++;
	snprintf(refusal->name, sizeof(refusal->name), "%s", name);
	snprintf(refusal->why, sizeof(refusal->why), "%s", why);
}

/*
 * dom0's modules stand directly in /chosen, with the cells that are in force
 * there: QEMU's guest-loader writes them without saying which, and libfdt's
 * defaults are not those of the parent.
 */
static void read_dom0(struct reader *r, int chosen, unsigned int nr_cpus)
{
	struct domain_config *config = r->config;
	bool has_own;
	int node;

	r->domain = fdt_flag(r->fdt, chosen, "#size-cells") ? chosen : 0;
	fdt_for_each_subnode(node, r->fdt, chosen)
		if (fdt_compatible(r->fdt, node, "multiboot,kernel"))
			read_kernel(r, node);
		else if (fdt_compatible(r->fdt, node, "multiboot,ramdisk"))
			read_ramdisk(r, node);
	if (!config->kernel.size)
		return;
	read_store(r, chosen);
	has_own = config->bootargs[0];
	if (!has_own)
		read_bootargs(r, chosen, "bootargs");
	read_bootargs(r, chosen, "xen,dom0-bootargs");
	config->vcpus = MIN(nr_cpus, (unsigned int)MAX_VCPUS);
	read_dom0_options(r, config_command_line(r->fdt, has_own));
}

static struct domain_config *new_config(struct config_set *set)
{
	struct domain_config *config = &set->domains[set->nr_domains];

	*config = (struct domain_config){ 0 };
	return config;
}

static void keep(struct config_set *set, const struct reader *r)
{
	if (r->failed)
		refuse(set, r->config->name, r->why);
	else
		set->nr_domains++;
}

void config_read(const void *fdt, const struct blob *banks,
		 unsigned int nr_banks, unsigned int nr_cpus,
		 struct range_list *claims, struct config_set *set)
{
	int chosen = fdt_path_offset(fdt, "/chosen");
	struct reader r = {
		.fdt = fdt, .banks = banks, .nr_banks = nr_banks,
		.claims = claims, .config = new_config(set),
	};
	unsigned int limit;
	int node;

	if (chosen < 0)
		return;
	snprintf(r.config->name, sizeof(r.config->name), "dom0");
	r.config->hardware = true;
	r.config->enhanced = true;
	read_dom0(&r, chosen, nr_cpus);
	set->store_in_dom0 = r.store_in_dom0;
	if (r.config->kernel.size || r.failed)
		keep(set, &r);
	r.has_dom0 = set->nr_domains;
	limit = set->nr_domains + MAX_DOMAINS - 1;

	fdt_for_each_subnode(node, fdt, chosen) {
		if (!fdt_compatible(fdt, node, "xen,domain"))
			continue;
		if (set->nr_domains == limit) {
			refuse(set, name_of(&r, node), "one domain too many");
			continue;
		}
		r.failed = false;
		r.domain = node;
		r.config = new_config(set);
		read_store(&r, chosen);
		read_domain(&r, node);
		keep(set, &r);
	}
}
