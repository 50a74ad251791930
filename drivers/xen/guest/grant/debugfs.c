// SPDX-License-Identifier: GPL-2.0
/* The grant layer's directory in debugfs: numbers to read, nothing to write. */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "../core.h"
#include "table.h"

static int table_show(struct seq_file *m, void *unused)
{
	struct grant_table *table = m->private;
	struct grant_refs refs;
	unsigned long flags;

	spin_lock_irqsave(&table->lock, flags);
	refs = table->refs;
	spin_unlock_irqrestore(&table->lock, flags);

	seq_printf(m, "frames:    %u of %u\n", refs.nr_frames,
		   refs.max_frames);
	seq_printf(m, "refs:      %u\n", grant_refs_size(&refs));
	seq_printf(m, "free:      %u\n", refs.free);
	seq_printf(m, "stale:     %u\n", table->stale);
	seq_printf(m, "reclaim:   %d\n", atomic_read(&table->reclaim.count));
	seq_printf(m, "reclaimed: %ld\n",
		   atomic_long_read(&table->reclaim.total));
	seq_printf(m, "foreign:   %d\n", atomic_read(&table->foreign));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(table);

/* One line a reference whose entry says something. */
static int entries_show(struct seq_file *m, void *unused)
{
	struct grant_table *table = m->private;
	unsigned int size = grant_refs_size(&table->refs), i;

	for (i = 0; i < size; i++) {
		const struct grant_entry_v1 *entry = &table->entries[i];
		u16 flags = READ_ONCE(entry->flags);

		if (flags)
			seq_printf(m, "%u domid=%u gfn=%#x flags=%#x\n", i,
				   READ_ONCE(entry->domid),
				   READ_ONCE(entry->frame), flags);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(entries);

void grant_debugfs_init(struct grant_table *table)
{
	table->debugfs = debugfs_create_dir("grant", xen_debugfs_dir());
	debugfs_create_file("table", 0400, table->debugfs, table, &table_fops);
	debugfs_create_file("entries", 0400, table->debugfs, table,
			    &entries_fops);
}

void grant_debugfs_exit(struct grant_table *table)
{
	debugfs_remove_recursive(table->debugfs);
	table->debugfs = NULL;
}
