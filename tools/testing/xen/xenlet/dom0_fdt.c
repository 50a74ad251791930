// SPDX-License-Identifier: GPL-2.0
/*
 * dom0's device tree: the machine's, node by node, with its phandles, and in
 * the root what Xen puts there for dom0. Stateless but for the struct writer
 * of one tree.
 */
#include <libfdt.h>
#include <xenlet/dom0.h>
#include <xenlet/fdt.h>
#include <xenlet/fdt_write.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>

#define MORE	16384	/* what is added is much smaller */

/* What /chosen has for xenlet, or for the kernel that it would start. */
static const char *const not_chosen[] = {
	"bootargs", "xen,xen-bootargs", "xen,dom0-bootargs", "stdout-path",
	"linux,stdout-path", "linux,initrd-start", "linux,initrd-end",
	"xenlet,store",
};

struct writer {
	struct tree tree;
	const struct domain_config *config;
	const struct guest_layout *layout;
	const struct dom0_regions *regions;
};

static bool is_one_of(const char *name, const char *const *names,
		      unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static void write_chosen(struct writer *w, const void *fdt)
{
	const struct guest_layout *layout = w->layout;
	const u64 end = layout->ramdisk + layout->ramdisk_size;
	int node = fdt_path_offset(fdt, "/chosen"), prop, len;
	const char *name;
	const void *value;

	node_begin(&w->tree, "chosen");
	if (node >= 0)
		fdt_for_each_property_offset(prop, fdt, node) {
			value = fdt_getprop_by_offset(fdt, prop, &name, &len);
			if (value && !is_one_of(name, not_chosen,
						ARRAY_SIZE(not_chosen)))
				prop_raw(&w->tree, name, value, len);
		}
	prop_text(&w->tree, "bootargs", w->config->bootargs);
	if (layout->ramdisk_size) {
		prop_cells64(&w->tree, "linux,initrd-start", &layout->ramdisk,
			     1);
		prop_cells64(&w->tree, "linux,initrd-end", &end, 1);
	}
	node_end(&w->tree);
}

static void write_root(struct writer *w, const void *fdt)
{
	unsigned int i;

	write_chosen(w, fdt);
	node_hypervisor(&w->tree, w->regions->region, w->regions->nr);
	node_psci(&w->tree);
	node_cpus(&w->tree, w->config->vcpus, w->layout->is_32bit);
	for (i = 0; i < w->layout->nr_banks; i++)
		node_memory(&w->tree, &w->layout->banks[i]);
	node_timer(&w->tree, w->layout->is_32bit);
}

/*
 * The GIC's registers beyond the first two ranges are for a hypervisor, and
 * so is the interrupt by which it asks for maintenance.
 */
static void write_gic_property(struct writer *w, const void *fdt,
			       const char *name, const void *value, int len)
{
	int two = 2 * sizeof(fdt32_t) *
		(fdt_address_cells(fdt, 0) + fdt_size_cells(fdt, 0));

	if (!strcmp(name, "interrupts"))
		return;
	if (!strcmp(name, "reg") && len > two)
		len = two;
	prop_raw(&w->tree, name, value, len);
}

static int open_node(void *ctx, const struct fdt_path *at)
{
	int node = at->node[at->depth], prop, len;
	struct writer *w = ctx;
	const char *name;
	const void *value;

	name = fdt_get_name(at->fdt, node, NULL);
	node_begin(&w->tree, name ? name : "");
	fdt_for_each_property_offset(prop, at->fdt, node) {
		value = fdt_getprop_by_offset(at->fdt, prop, &name, &len);
		if (value && dom0_is_gic(at))
			write_gic_property(w, at->fdt, name, value, len);
		else if (value)
			prop_raw(&w->tree, name, value, len);
	}
	if (!at->depth)
		write_root(w, at->fdt);
	return w->tree.err;
}

static void close_node(void *ctx)
{
	struct writer *w = ctx;

	node_end(&w->tree);
}

size_t dom0_fdt_size(const void *fdt)
{
	return ROUND_UP((size_t)fdt_size_dt_struct(fdt) +
			fdt_size_dt_strings(fdt) + MORE, PAGE_SIZE);
}

int dom0_fdt_build(const void *fdt, const struct domain_config *config,
		   const struct guest_layout *layout,
		   const struct dom0_regions *regions, void *buf, size_t size)
{
	static const struct dom0_visitor visitor = { open_node, close_node };
	struct writer w = {
		.config = config, .layout = layout, .regions = regions,
	};

	tree_create(&w.tree, buf, size, the_machine->gic_phandle);
	w.tree.address_cells = fdt_address_cells(fdt, 0);
	w.tree.size_cells = fdt_size_cells(fdt, 0);
	dom0_walk(fdt, &visitor, &w);
	return tree_finish(&w.tree);
}
