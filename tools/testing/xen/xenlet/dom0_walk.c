// SPDX-License-Identifier: GPL-2.0
/*
 * Which nodes of the machine's tree are dom0's. Stateless.
 */
#include <libfdt.h>
#include <xenlet/dom0.h>
#include <xenlet/fdt.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/service.h>

/* What dom0 has of its own, or must not know. */
static const char *const kept_back[] = {
	"arm,armv8-timer", "arm,armv7-timer", "arm,armv8-pmuv3",
	"arm,cortex-a15-pmu", "arm,cortex-a7-pmu", "arm,psci", "arm,psci-0.2",
	"arm,psci-1.0", "arm,gic-v3-its", "xen,xen", "multiboot,module",
	"arm,vexpress-reset", "arm,vexpress-reboot", "arm,vexpress-shutdown",
};

static const char *const replaced[] = {
	"cpus", "psci", "hypervisor", "chosen",
};

static bool is_replaced(const struct fdt_path *at)
{
	const char *name = fdt_get_name(at->fdt, at->node[1], NULL);
	unsigned int i;

	for (i = 0; at->depth == 1 && name && i < ARRAY_SIZE(replaced); i++)
		if (!strcmp(name, replaced[i]))
			return true;
	return false;
}

/* Devices by the address of their first register. */
static bool is_xenlets(const struct fdt_path *at)
{
	u64 base, size;

	if (fdt_path_reg(at, 0, &base, &size))
		return false;
	return (the_machine->uart && base == the_machine->uart) ||
		harness_owns(base);
}

static bool dom0_gets(const struct fdt_path *at)
{
	int node = at->node[at->depth];
	unsigned int i;
	const char *type;

	if (!at->depth)
		return true;
	type = fdt_text(at->fdt, node, "device_type");
	if (is_replaced(at) || is_xenlets(at) ||
	    (type && !strcmp(type, "memory")))
		return false;
	for (i = 0; i < ARRAY_SIZE(kept_back); i++)
		if (fdt_compatible(at->fdt, node, kept_back[i]))
			return false;
	return true;
}

bool dom0_is_gic(const struct fdt_path *at)
{
	u32 phandle = fdt_get_phandle(at->fdt, at->node[at->depth]);

	return phandle && phandle == the_machine->gic_phandle;
}

static void leave_to(const struct dom0_visitor *visitor, void *ctx,
		     unsigned int *open, unsigned int depth)
{
	for (; *open > depth; (*open)--)
		if (visitor->leave)
			visitor->leave(ctx);
}

int dom0_walk(const void *fdt, const struct dom0_visitor *visitor, void *ctx)
{
	struct fdt_path at = { .fdt = fdt };
	int depth = 0, hidden = FDT_PATH_DEPTH, node, ret = 0;
	unsigned int open = 0;

	for (node = 0; node >= 0 && depth >= 0 && !ret;
	     node = fdt_next_node(fdt, node, &depth)) {
		/* What is below a node that dom0 does not get, it does not. */
		if (depth > hidden || depth >= FDT_PATH_DEPTH)
			continue;
		hidden = FDT_PATH_DEPTH;
		leave_to(visitor, ctx, &open, depth);
		at.depth = depth;
		at.node[depth] = node;
		if (!dom0_gets(&at)) {
			hidden = depth;
			continue;
		}
		ret = visitor->enter(ctx, &at);
		open++;
	}
	leave_to(visitor, ctx, &open, 0);
	return ret;
}
