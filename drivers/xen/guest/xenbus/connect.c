// SPDX-License-Identifier: GPL-2.0
/*
 * Finding the store, now or later, and letting go of it.
 *
 * The hypervisor knows the page and the port. A domain that is started before
 * there is a store has the port from the beginning and gets the page later;
 * the first event on the port tells. The port is the domain's for good: it is
 * not closed when this module goes, or the next one would find no store.
 *
 * The initial domain has neither until it makes them, see store_local.c. Its
 * store is waited for in the same way, and again if it dies.
 *
 * Process context, except for the interrupt.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/export.h>
#include <linux/io.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <xen/events.h>
#include <xen/hvm.h>
#include <xen/page.h>

#include "store.h"
#include "watch.h"

/* How long the store may take to reset the rings when asked. */
#define RECONNECT_LIMIT	(5 * HZ)
/* How long requests in flight may keep the domain from being suspended. */
#define SUSPEND_STEP	(10 * HZ)
#define SUSPEND_STEPS	3
/* How long the last requests may take when the module goes. */
#define DRAIN_LIMIT	(5 * HZ)

/* All three are part of the interface, and written by this file alone. */
struct xenstore_domain_interface *xen_store_interface;
EXPORT_SYMBOL_GPL(xen_store_interface);

int xen_store_evtchn;
EXPORT_SYMBOL_GPL(xen_store_evtchn);

int xenstored_ready;

static BLOCKING_NOTIFIER_HEAD(store_chain);
/* Covers the moment in which xenstored_ready changes. */
static DEFINE_MUTEX(ready_lock);

/**
 * register_xenstore_notifier() - be called once when there is a store
 * @nb: called from here if there is one already
 *
 * Return: 0, or what the call returned.
 */
int register_xenstore_notifier(struct notifier_block *nb)
{
	bool ready;

	mutex_lock(&ready_lock);
	ready = xenstored_ready;
	if (!ready)
		blocking_notifier_chain_register(&store_chain, nb);
	mutex_unlock(&ready_lock);

	return ready ? nb->notifier_call(nb, 0, NULL) : 0;
}
EXPORT_SYMBOL_GPL(register_xenstore_notifier);

/** unregister_xenstore_notifier() - undo register_xenstore_notifier() */
void unregister_xenstore_notifier(struct notifier_block *nb)
{
	blocking_notifier_chain_unregister(&store_chain, nb);
}
EXPORT_SYMBOL_GPL(unregister_xenstore_notifier);

static irqreturn_t store_event(int irq, void *data)
{
	struct store *store = data;

	wake_up_all(&store->wq);
	if (store->phase == STORE_READY)
		mod_delayed_work(store->workqueue, &store->rx_work, 0);
	else if (store->phase == STORE_WAITING || store->phase == STORE_LOST)
		queue_work(system_unbound_wq, &store->connect_work);
	return IRQ_HANDLED;
}

/* Return: -EAGAIN if the page isn't known yet. */
static int map_page(struct store *store)
{
	struct xenstore_domain_interface *intf;
	u64 gfn = 0;
	int err;

	if (store->local)
		return store_local_is_served(store) ? 0 : -EAGAIN;
	err = hvm_get_parameter(HVM_PARAM_STORE_PFN, &gfn);
	if (err)
		return err;
	if (!gfn || gfn == ~0ULL)
		return -EAGAIN;
	if (gfn > PHYS_ADDR_MAX >> XEN_PAGE_SHIFT)
		return -ERANGE;
	if (store->ring.intf && gfn == store->gfn)
		return 0;

	intf = memremap((phys_addr_t)gfn << XEN_PAGE_SHIFT, XEN_PAGE_SIZE,
			MEMREMAP_WB);
	if (!intf)
		return -ENOMEM;
	if (store->ring.intf)
		memunmap(store->ring.intf);
	store->ring.intf = intf;
	store->gfn = gfn;
	xen_store_interface = intf;
	return 0;
}

static void unmap_page(struct store *store)
{
	if (!store->ring.intf)
		return;
	xen_store_interface = NULL;
	if (store->local) {
		store_local_free(store);
		return;
	}
	memunmap(store->ring.intf);
	store->ring.intf = NULL;
}

static bool is_connected(const struct store *store)
{
	return READ_ONCE(store->ring.intf->connection) == XENSTORE_CONNECTED;
}

/*
 * Requests that an earlier owner left in the ring would be answered to this
 * one. A store that can is asked to begin again.
 */
static void take_over_rings(struct store *store)
{
	struct xenstore_domain_interface *intf = store->ring.intf;

	store_ring_attach(&store->ring, intf);
	if (store_ring_quiet(&store->ring))
		return;
	if (!(READ_ONCE(intf->server_features) &
	      XENSTORE_SERVER_FEATURE_RECONNECTION)) {
		pr_warn("an earlier owner left requests in the ring\n");
		return;
	}
	WRITE_ONCE(intf->connection, XENSTORE_RECONNECT);
	store_notify(store);
	if (!wait_event_timeout(store->wq, is_connected(store),
				RECONNECT_LIMIT))
		pr_warn("the store does not reset its rings\n");
	store_ring_attach(&store->ring, intf);
}

static void set_phase(struct store *store, enum store_phase phase)
{
	spin_lock(&store->lock);
	store->phase = phase;
	spin_unlock(&store->lock);
	wake_up_all(&store->wq);
}

static int connect_store(struct store *store)
{
	int err;

	err = map_page(store);
	if (err)
		return err;
	if (!is_connected(store))
		return -EAGAIN;

	take_over_rings(store);
	store_rx_reset(store);
	set_phase(store, STORE_READY);
	/* What came before the phase changed. */
	queue_delayed_work(store->workqueue, &store->rx_work, 0);
	return 0;
}

/* A store after the first one is news to the watches alone. */
static void announce(void)
{
	bool first;

	watch_reset();
	watch_replay();

	mutex_lock(&ready_lock);
	first = !xenstored_ready;
	xenstored_ready = 1;
	mutex_unlock(&ready_lock);
	if (first)
		blocking_notifier_call_chain(&store_chain, 0, NULL);
}

/* What was in flight has failed, and who was writing has noticed. */
static void bury_store(struct store *store)
{
	cancel_delayed_work_sync(&store->rx_work);
	mutex_lock(&store->write_lock);
	store_local_clear(store);
	mutex_unlock(&store->write_lock);

	spin_lock(&store->lock);
	store->generation++;
	store->abandoned = 0;
	store->phase = STORE_WAITING;
	spin_unlock(&store->lock);
}

/*
 * Runs on the system's queue, not the store's: what is announced asks the
 * store, and waits for rx_work.
 */
static void connect_work(struct work_struct *work)
{
	struct store *store = container_of(work, struct store, connect_work);
	int err = -EAGAIN;

	mutex_lock(&store->connect_lock);
	if (store->phase == STORE_LOST)
		bury_store(store);
	if (store->phase == STORE_WAITING)
		err = connect_store(store);
	mutex_unlock(&store->connect_lock);

	if (!err) {
		pr_info("connected to the store\n");
		announce();
	} else if (err != -EAGAIN) {
		pr_err("can't connect to the store: error %d\n", err);
	}
}

static int bind_port(struct store *store)
{
	int irq;

	irq = bind_evtchn_to_irqhandler(xen_store_evtchn, store_event, 0,
					"xenbus", store);
	if (irq < 0)
		return irq;
	/* Keep the port open when the interrupt is given back. */
	if (!store->local)
		evtchn_make_refcounted(xen_store_evtchn, true);
	store->irq = irq;
	return 0;
}

/* Return: -ENOENT if the domain has no store, and can't have one. */
static int find_port(struct store *store)
{
	evtchn_port_t local;
	u64 port = 0;
	int err;

	err = hvm_get_parameter(HVM_PARAM_STORE_EVTCHN, &port);
	if (err || port > INT_MAX)
		return -ENOENT;
	if (!port) {
		if (!xen_initial_domain())
			return -ENOENT;
		err = store_local_make(store, &local);
		if (err)
			return err;
		port = local;
		xen_store_interface = store->ring.intf;
	}
	xen_store_evtchn = port;
	return 0;
}

/**
 * store_init() - find the store's port, and make ready to wait for the rest
 *
 * Return: 0, also if the domain has no store; or a negative errno.
 */
int store_init(void)
{
	struct store *store = &xen_store;
	int err;

	store->workqueue = alloc_ordered_workqueue("xenstore", WQ_MEM_RECLAIM);
	if (!store->workqueue)
		return -ENOMEM;
	INIT_DELAYED_WORK(&store->rx_work, store_rx_work);
	INIT_WORK(&store->connect_work, connect_work);
	INIT_DELAYED_WORK(&store->check_work, store_check_work);
	store->phase = STORE_ABSENT;
	store->abandoned = 0;
	store->suspended = false;

	err = find_port(store);
	if (err == -ENOENT) {
		pr_info("this domain has no store\n");
		return 0;
	}
	if (err)
		goto err_destroy;
	store->phase = STORE_WAITING;
	err = bind_port(store);
	if (err)
		goto err_forget;
	return 0;

err_forget:
	store->phase = STORE_ABSENT;
	unmap_page(store);
	xen_store_evtchn = 0;
err_destroy:
	destroy_workqueue(store->workqueue);
	return err;
}

/** store_start() - connect, or say that this waits for the store */
void store_start(void)
{
	struct store *store = &xen_store;

	if (store->phase == STORE_ABSENT)
		return;
	/* An event that comes meanwhile finds this done, or does it. */
	queue_work(system_unbound_wq, &store->connect_work);
	flush_work(&store->connect_work);
	if (store->phase == STORE_WAITING)
		pr_info("waiting for an event on port %d: there is no store yet\n",
			xen_store_evtchn);
}

/** store_stop() - wait for the store no longer, if it has not come */
void store_stop(void)
{
	struct store *store = &xen_store;

	spin_lock(&store->lock);
	if (store->phase == STORE_WAITING || store->phase == STORE_LOST)
		store->phase = STORE_ABSENT;
	spin_unlock(&store->lock);
	cancel_work_sync(&store->connect_work);
}

/** store_exit() - let go; no request is in flight, no watch registered */
void store_exit(void)
{
	struct store *store = &xen_store;

	if (store->irq)
		unbind_from_irqhandler(store->irq, store);
	store->irq = 0;
	cancel_delayed_work_sync(&store->check_work);
	/* The last event may have found the phase of before store_stop(). */
	cancel_work_sync(&store->connect_work);
	cancel_delayed_work_sync(&store->rx_work);
	destroy_workqueue(store->workqueue);
	store_rx_reset(store);
	set_phase(store, STORE_ABSENT);
	unmap_page(store);
	xenstored_ready = 0;
	xen_store_evtchn = 0;
}

static bool is_idle(struct store *store)
{
	bool idle;

	spin_lock(&store->lock);
	idle = !store->busy;
	spin_unlock(&store->lock);
	return idle;
}

/**
 * store_drain() - wait until nothing is in flight, or make it so
 *
 * When this returns, whoever sent something was told how it ended.
 */
void store_drain(void)
{
	struct store *store = &xen_store;

	if (!wait_event_timeout(store->wq, is_idle(store), DRAIN_LIMIT))
		store_break(store, "it does not answer at the end");
	flush_delayed_work(&store->rx_work);
}

/**
 * xs_suspend() - before the domain is suspended
 *
 * Waits until nothing is in flight; from then on requests wait. To be
 * followed, in the same task, by xs_resume() or xs_suspend_cancel().
 */
void xs_suspend(void)
{
	struct store *store = &xen_store;
	unsigned int steps;

	watch_suspend();
	spin_lock(&store->lock);
	store->suspended = true;
	spin_unlock(&store->lock);

	for (steps = 0; steps < SUSPEND_STEPS; steps++) {
		if (wait_event_timeout(store->wq, is_idle(store),
				       SUSPEND_STEP))
			break;
		pr_warn("waiting for %u requests and transactions before suspending\n",
			store->busy);
	}
	cancel_delayed_work_sync(&store->rx_work);
}

static void let_go_on(struct store *store)
{
	spin_lock(&store->lock);
	store->suspended = false;
	spin_unlock(&store->lock);
	wake_up_all(&store->wq);
	if (store->phase == STORE_READY)
		queue_delayed_work(store->workqueue, &store->rx_work, 0);
}

/** xs_suspend_cancel() - the domain was not suspended: go on */
void xs_suspend_cancel(void)
{
	let_go_on(&xen_store);
	watch_resume(false);
}

static int reconnect(struct store *store)
{
	u64 port = 0;
	int err;

	err = hvm_get_parameter(HVM_PARAM_STORE_EVTCHN, &port);
	if (err)
		return err;
	if (!port || port > INT_MAX)
		return -ENOENT;
	xen_store_evtchn = port;
	rebind_evtchn_irq(port, store->irq);

	err = map_page(store);
	if (err)
		return err;
	store_ring_attach(&store->ring, store->ring.intf);
	store_rx_reset(store);
	return 0;
}

/** xs_resume() - the domain was resumed: connect again, set all watches */
void xs_resume(void)
{
	struct store *store = &xen_store;
	int err;

	if (store->phase != STORE_READY) {
		xs_suspend_cancel();
		return;
	}
	cancel_delayed_work_sync(&store->rx_work);
	spin_lock(&store->lock);
	store->generation++;
	store->abandoned = 0;
	spin_unlock(&store->lock);

	err = reconnect(store);
	if (err) {
		pr_err("no store after resume: error %d\n", err);
		store_break(store, "it is not there after resume");
	}
	let_go_on(store);
	watch_resume(!err);
}

/**
 * store_give() - let the store run in a domain that was started for it
 * @domid: that domain
 *
 * Return: the port that it is to bind to; -EEXIST if there is a store
 * already, -ENODEV if none can be made here; or another negative errno.
 */
int store_give(domid_t domid)
{
	struct store *store = &xen_store;
	int err;

	guard(mutex)(&store->connect_lock);
	if (!store->local)
		return xen_store_evtchn ? -EEXIST : -ENODEV;
	if (store->phase != STORE_WAITING)
		return -EEXIST;
	err = store_local_give(store, domid);
	return err ?: xen_store_evtchn;
}
