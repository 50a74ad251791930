// SPDX-License-Identifier: GPL-2.0
/*
 * A store that runs in this domain, or in one that this domain has started
 * for it: in the initial domain nobody was there before to make the page and
 * the port. The kernel makes both, and the store finds them by way of xenfs
 * or /dev/xen/xenbus_backend.
 *
 * Such a store may die and be started again. Its end of the channel is closed
 * then, and the port waits for somebody else to bind to it.
 *
 * Process context.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/gfp.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <asm/xen/hypercall.h>
#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/page.h>

#include "store.h"

static int alloc_port(domid_t domid, evtchn_port_t *port)
{
	struct evtchn_alloc_unbound alloc = {
		.dom = DOMID_SELF,
		.remote_dom = domid,
	};
	int err = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &alloc);

	*port = alloc.port;
	return err;
}

static void close_port(evtchn_port_t port)
{
	struct evtchn_close close = { .port = port };

	if (HYPERVISOR_event_channel_op(EVTCHNOP_close, &close))
		pr_warn("can't close port %u\n", port);
}

/**
 * store_local_make() - make the page and the port for a store to come
 * @store: the connection
 * @port: the port
 *
 * The page is in the linear mapping, where xenfs looks for it.
 *
 * Return: 0 or a negative errno.
 */
int store_local_make(struct store *store, evtchn_port_t *port)
{
	void *page = (void *)get_zeroed_page(GFP_KERNEL);
	int err;

	if (!page)
		return -ENOMEM;
	err = alloc_port(DOMID_SELF, port);
	if (err) {
		free_page((unsigned long)page);
		return err;
	}
	store->local = true;
	store->ring.intf = page;
	store->gfn = virt_to_gfn(page);
	return 0;
}

/**
 * store_local_free() - free the page; the port went with its interrupt
 * @store: the connection
 *
 * Whoever has mapped the page keeps this module from being unloaded.
 */
void store_local_free(struct store *store)
{
	free_page((unsigned long)store->ring.intf);
	store->ring.intf = NULL;
	store->local = false;
}

/**
 * store_local_is_served() - has a store bound to the port
 * @store: the connection, to a local store
 */
bool store_local_is_served(const struct store *store)
{
	struct evtchn_status status = {
		.dom = DOMID_SELF,
		.port = xen_store_evtchn,
	};

	if (HYPERVISOR_event_channel_op(EVTCHNOP_status, &status))
		return false;
	return status.status == EVTCHNSTAT_interdomain;
}

/**
 * store_local_clear() - leave nothing in the rings for the next store
 * @store: the connection; nobody else uses the rings, here or there
 */
void store_local_clear(struct store *store)
{
	memset(store->ring.intf, 0, sizeof(*store->ring.intf));
	store_ring_attach(&store->ring, store->ring.intf);
}

/**
 * store_local_give() - let a store run in another domain
 * @store: the connection, which waits for a local store
 * @domid: that domain
 *
 * It may map the page by the grant that is reserved for this, and bind to the
 * new port.
 *
 * Return: 0 or a negative errno.
 */
int store_local_give(struct store *store, domid_t domid)
{
	evtchn_port_t old = xen_store_evtchn, port;
	int err;

	err = alloc_port(domid, &port);
	if (err)
		return err;
	gnttab_grant_foreign_access_ref(GNTTAB_RESERVED_XENSTORE, domid,
					virt_to_gfn(store->ring.intf), 0);
	rebind_evtchn_irq(port, store->irq);
	xen_store_evtchn = port;
	close_port(old);
	return 0;
}
