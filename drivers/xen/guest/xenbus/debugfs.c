// SPDX-License-Identifier: GPL-2.0
/* The directory of the store in debugfs: numbers to read, nothing to write. */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "../core.h"
#include "bus.h"
#include "store.h"
#include "watch.h"

static const char *const phases[] = {
	[STORE_ABSENT] = "absent",
	[STORE_WAITING] = "waiting",
	[STORE_READY] = "ready",
	[STORE_BROKEN] = "broken",
};

static int store_show(struct seq_file *m, void *unused)
{
	struct store *store = m->private;
	const struct store_request *request;

	spin_lock(&store->lock);
	seq_printf(m, "phase:     %s%s\n", phases[store->phase],
		   store->suspended ? ", suspended" : "");
	seq_printf(m, "port:      %d\n", xen_store_evtchn);
	seq_printf(m, "gfn:       %#lx\n", store->gfn);
	seq_printf(m, "requests:  %lu\n", store->stats.requests);
	seq_printf(m, "answers:   %lu\n", store->stats.answers);
	seq_printf(m, "late:      %lu\n", store->stats.late);
	seq_printf(m, "abandoned: %u\n", store->abandoned);
	seq_printf(m, "events:    %lu\n", store->stats.events);
	seq_printf(m, "notifies:  %lu\n", store->stats.notifies);
	seq_printf(m, "busy:      %u\n", store->busy);
	list_for_each_entry(request, &store->requests, list)
		seq_printf(m, "in flight: %u %s tx=%u\n", request->id,
			   store_msg_name(request->hdr.type),
			   request->hdr.tx_id);
	spin_unlock(&store->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(store);

static int watches_show(struct seq_file *m, void *unused)
{
	watch_show(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(watches);

void xenbus_debugfs_init(void)
{
	struct dentry *dir = debugfs_create_dir("xenbus", xen_debugfs_dir());

	debugfs_create_file("store", 0400, dir, &xen_store, &store_fops);
	debugfs_create_file("watches", 0400, dir, NULL, &watches_fops);
	xen_store.debugfs = dir;
}

void xenbus_debugfs_exit(void)
{
	debugfs_remove_recursive(xen_store.debugfs);
	xen_store.debugfs = NULL;
}
