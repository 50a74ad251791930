// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/xen: what the core is up to. Layers above make their own
 * directories in it.
 */
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <asm/xen/hypervisor.h>
#include <xen/interface/xen.h>
#include <xen/interface/vcpu.h>
#include <xen/xen-ops.h>

#include "core.h"
#include "events/port.h"

static struct dentry *directory;

struct dentry *xen_debugfs_dir(void)
{
	return directory;
}

static int ports_show(struct seq_file *file, void *unused)
{
	xen_ports_show(file);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ports);

static int upcalls_show(struct seq_file *file, void *unused)
{
	struct xen_upcall_stats *stats;
	unsigned int cpu;

	seq_printf(file, "abi %s\nstrays %d\n", xen_events.abi->name,
		   atomic_read(&xen_events.strays));
	for_each_possible_cpu(cpu) {
		stats = per_cpu_ptr(&xen_upcall_stats, cpu);
		seq_printf(file, "cpu%u upcalls %lu rearmed %lu ports %u\n",
			   cpu, stats->upcalls, stats->rearmed,
			   xen_ports_on(cpu));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(upcalls);

static int runstate_show(struct seq_file *file, void *unused)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		seq_printf(file, "cpu%u stolen_ns %llu\n", cpu,
			   xen_steal_clock(cpu));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(runstate);

int xen_debugfs_init(void)
{
	directory = debugfs_create_dir("xen", NULL);
	return 0;
}

void xen_debugfs_exit(void)
{
	debugfs_remove(directory);
	directory = NULL;
}

int xen_debugfs_files_init(void)
{
	debugfs_create_file("ports", 0400, directory, NULL, &ports_fops);
	debugfs_create_file("upcalls", 0400, directory, NULL, &upcalls_fops);
	debugfs_create_file("runstate", 0400, directory, NULL, &runstate_fops);
	return 0;
}

/* Waits for readers, who look at what the layers below are about to free. */
void xen_debugfs_files_exit(void)
{
	debugfs_lookup_and_remove("ports", directory);
	debugfs_lookup_and_remove("upcalls", directory);
	debugfs_lookup_and_remove("runstate", directory);
}
