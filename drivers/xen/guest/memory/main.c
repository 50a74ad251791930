// SPDX-License-Identifier: GPL-2.0
/* Bringing the memory layer up, and down again; what it shows of itself. */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "../core.h"
#include "memory.h"

static int memory_show(struct seq_file *m, void *unused)
{
	balloon_show(m);
	unpopulated_show(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(memory);

/**
 * xen_memory_init() - bring the layer up
 *
 * Return: 0.
 */
int xen_memory_init(void)
{
	balloon_init();
	memory_hotplug_init();
	debugfs_create_file("memory", 0400, xen_debugfs_dir(), NULL,
			    &memory_fops);
	return 0;
}

/** xen_memory_exit() - take it down; all pages that were lent have come back */
void xen_memory_exit(void)
{
	debugfs_lookup_and_remove("memory", xen_debugfs_dir());
	memory_hotplug_exit();
	unpopulated_exit();
	balloon_exit();
}
