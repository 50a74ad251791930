// SPDX-License-Identifier: GPL-2.0
/*
 * A domain's life as the services see it, and what a toolstack would write
 * into the store for it: the nodes and permissions are libxl's.
 */
#include <xenlet/config.h>
#include <xenlet/domain.h>
#include <xenlet/event.h>
#include <xenlet/grant.h>
#include <xenlet/guest_access.h>
#include <xenlet/lib.h>
#include <xenlet/page.h>
#include <xenlet/service.h>

#include <xen/errno.h>

#include "services.h"
#include "store.h"

/* Where the builder put the frames that Xen calls magic pages. */
#define MAGIC_GFN	(0x39000000UL >> PAGE_SHIFT)
#define CONSOLE_GFN	MAGIC_GFN
#define STORE_GFN	(MAGIC_GFN + 1)

#define PATH_MAX	64

static const char *const backend_types[] = { "console", "vbd", "vif" };

static void home_of(const struct domain *d, char *path)
{
	snprintf(path, PATH_MAX, "/local/domain/%u", d->domid);
}

static void vm_of(const struct domain *d, char *path)
{
	snprintf(path, PATH_MAX, "/vm/00000000-0000-4000-8000-%012x", d->domid);
}

/* Nodes that the guest may read, or write, below its home. */
static void make_nodes(const struct domain *d, const char *home)
{
	static const char *const readable[] = {
		"", "cpu", "memory", "device", "control", "store", "console",
	};
	static const char *const writable[] = {
		"control/shutdown", "control/feature-poweroff",
		"control/feature-reboot", "control/feature-suspend",
		"control/feature-halt", "control/sysrq",
		"device/suspend/event-channel",
		"data", "drivers", "feature", "attr", "error",
	};
	char path[PATH_MAX];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(readable); i++) {
		snprintf(path, sizeof(path), *readable[i] ? "%s/%s" : "%s%s",
			 home, readable[i]);
		store_chmod(path, 0, 0, d->domid);
	}
	for (i = 0; i < ARRAY_SIZE(writable); i++) {
		snprintf(path, sizeof(path), "%s/%s", home, writable[i]);
		store_chmod(path, d->domid, 0, DOMID_INVALID);
	}
}

static void describe_vm(const struct domain *d)
{
	char vm[PATH_MAX];

	vm_of(d, vm);
	store_chmod(vm, 0, 0, d->domid);
	store_set(vm, "name", "%s", d->name);
	store_set(vm, "uuid", "%s", vm + 4);
}

static void describe_memory(const struct domain *d, const char *home)
{
	store_set(home, "memory/target", "%llu",
		  (unsigned long long)d->config->memory / 1024);
	store_set(home, "memory/static-max", "%llu",
		  (unsigned long long)d->config->memory / 1024);
}

static void describe_domain(const struct domain *d, const char *home)
{
	char vm[PATH_MAX], node[32];
	unsigned int i;

	vm_of(d, vm);
	store_set(home, "vm", "%s", vm);
	store_set(home, "name", "%s", d->name);
	store_set(home, "domid", "%u", d->domid);
	store_set(home, "control/platform-feature-xs_reset_watches", "1");
	store_set(home,
		  "control/platform-feature-multiprocessor-suspend", "1");
	describe_memory(d, home);
	for (i = 0; i < d->nr_vcpus; i++) {
		snprintf(node, sizeof(node), "cpu/%u/availability", i);
		store_set(home, node, "online");
	}
}

static void describe_console(const struct domain *d, const char *home, u32 port)
{
	char back[PATH_MAX];

	snprintf(back, sizeof(back), "/local/domain/0/backend/console/%u/0",
		 d->domid);
	store_chmod(back, 0, 0, d->domid);
	store_set(back, "frontend", "%s/console", home);
	store_set(back, "frontend-id", "%u", d->domid);
	store_set(back, "online", "1");
	store_set(back, "state", "1");
	store_set(back, "protocol", "vt100");
	store_set(home, "console/backend", "%s", back);
	store_set(home, "console/backend-id", "0");
	store_set(home, "console/limit", "1048576");
	store_set(home, "console/type", "xenconsoled");
	store_set(home, "console/output", "pty");
	store_set(home, "console/ring-ref", "%llu",
		  (unsigned long long)CONSOLE_GFN);
	store_set(home, "console/port", "%u", port);
}

/*
 * A test's verdict: the guest wrote a node below its data/report, which is
 * taken out of the store. Taking it out is a change as well, of nothing.
 */
static void report_written(void *ctx, const char *path)
{
	static char text[STORE_QUOTA_VALUE + 1];
	struct domain *d = ctx;
	int len = store_get(path, "", text, sizeof(text));

	if (len <= 0)
		return;
	harness_report(d, text, len);
	store_remove(path);
}

/* The watch on data/report of each domain. */
static struct {
	struct domain *domain;
	struct store_watch *watch;
} reports[MAX_DOMAINS];

static int watch_report(struct domain *d, const char *home)
{
	char path[PATH_MAX];
	unsigned int i;

	snprintf(path, sizeof(path), "%s/data/report", home);
	for (i = 0; i < MAX_DOMAINS; i++) {
		if (reports[i].domain)
			continue;
		reports[i].watch = store_watch_local(path, report_written, d);
		if (!reports[i].watch)
			return -XEN_ENOMEM;
		reports[i].domain = d;
		return 0;
	}
	return -XEN_ENOSPC;
}

static void unwatch_report(struct domain *d)
{
	unsigned int i;

	for (i = 0; i < MAX_DOMAINS; i++) {
		if (reports[i].domain != d)
			continue;
		store_unwatch_local(reports[i].watch);
		reports[i].domain = NULL;
		return;
	}
}

static int make_ring(struct domain *d, gfn_t gfn, grant_ref_t ref,
		     evtchn_port_t *port, unsigned int pfn_param,
		     unsigned int port_param)
{
	int ret = event_alloc_unbound(d, 0, port);

	if (ret)
		return ret;
	d->hvm_params[pfn_param] = gfn;
	d->hvm_params[port_param] = *port;
	return grant_preset(d, ref, 0, gfn);
}

static int make_rings(struct domain *d)
{
	evtchn_port_t port;
	int ret;

	ret = make_ring(d, STORE_GFN, GNTTAB_RESERVED_XENSTORE, &port,
			HVM_PARAM_STORE_PFN, HVM_PARAM_STORE_EVTCHN);
	if (!ret)
		ret = make_ring(d, CONSOLE_GFN, GNTTAB_RESERVED_CONSOLE, &port,
				HVM_PARAM_CONSOLE_PFN,
				HVM_PARAM_CONSOLE_EVTCHN);
	return ret ?: console_domain_built(d, CONSOLE_GFN, port);
}

static int connect_store(struct domain *d, const char *home)
{
	evtchn_port_t store = d->hvm_params[HVM_PARAM_STORE_EVTCHN];

	store_set(home, "store/port", "%u", store);
	store_set(home, "store/ring-ref", "%llu",
		  (unsigned long long)STORE_GFN);
	describe_console(d, home, d->hvm_params[HVM_PARAM_CONSOLE_EVTCHN]);
	/* connected last: what the guest owns is charged to its account */
	return store_connect(d, STORE_GFN, store);
}

/* What is there before any domain, and stays. */
static int make_skeleton(void)
{
	static const char *const paths[] = {
		"/vm", "/local/domain", "/local/domain/0/backend/console",
		"/local/domain/0/backend/vbd", "/local/domain/0/backend/vif",
	};
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < ARRAY_SIZE(paths); i++)
		ret = store_chmod(paths[i], 0, STORE_PERM_READ, DOMID_INVALID);
	if (!ret)
		ret = store_set("/local/domain/0", "name", "xenlet");
	if (!ret)
		ret = store_set("/local/domain/0", "domid", "0");
	return ret;
}

static bool store_in_dom0;

bool services_have_store(void)
{
	return !store_in_dom0;
}

void services_init(bool in_dom0)
{
	store_in_dom0 = in_dom0;
	if (in_dom0)
		return;
	if (store_init() || make_skeleton())
		panic("no memory for the store");
}

void services_stop(void)
{
	console_flush();
	harness_flush();
}

/*
 * Like a domU, dom0 finds a store that others run by its parameters. Its
 * console is no ring: CONSOLEIO_* and a VIRQ.
 */
static int dom0_built(struct domain *d)
{
	gfn_t gfn = d->hvm_params[HVM_PARAM_STORE_PFN];
	evtchn_port_t port;
	char home[PATH_MAX];
	int ret;

	home_of(d, home);
	ret = console_dom0_built(d);
	if (!ret)
		ret = make_ring(d, gfn, GNTTAB_RESERVED_XENSTORE, &port,
				HVM_PARAM_STORE_PFN, HVM_PARAM_STORE_EVTCHN);
	if (!ret)
		ret = store_connect(d, gfn, port);
	store_set(home, "name", "Domain-0");
	describe_memory(d, home);
	if (!ret)
		ret = watch_report(d, home);
	if (!ret)
		harness_domain_event(d, "built", NULL);
	return ret;
}

/*
 * The ring says that nobody serves it. xenstored says that it does, and sends
 * an event, to those only who waited for that.
 */
static int leave_ring(struct domain *d)
{
	struct page *page = guest_frame_get(d, STORE_GFN, true);
	struct xenstore_domain_interface *ring;

	if (!page)
		return -XEN_ENOENT;
	ring = page_to_ptr(page);
	ring->connection = XENSTORE_RECONNECT;
	page_put(page);
	d->hvm_params[HVM_PARAM_STORE_PFN] = ~0ULL;
	return 0;
}

/*
 * As Xen leaves it to a program in dom0: the domain has a ring and a port, and
 * waits for the event that says that somebody listens. dom0 has neither, and
 * makes its own.
 */
static int built_for_dom0(struct domain *d)
{
	int ret;

	if (d == hardware_domain())
		ret = console_dom0_built(d);
	else
		ret = make_rings(d) ?: leave_ring(d);
	if (!ret)
		harness_domain_event(d, "built", NULL);
	return ret;
}

int services_domain_built(struct domain *d)
{
	char home[PATH_MAX];
	int ret;

	if (store_in_dom0)
		return built_for_dom0(d);
	if (d == hardware_domain())
		return dom0_built(d);
	home_of(d, home);
	describe_vm(d);
	ret = make_rings(d);
	if (!ret)
		ret = connect_store(d, home);
	make_nodes(d, home);
	describe_domain(d, home);
	if (!ret)
		ret = watch_report(d, home);
	if (!ret)
		ret = block_domain_built(d);
	if (!ret)
		ret = net_domain_built(d);
	if (ret) {
		printk("%s: no services: error %d", d->name, ret);
		services_domain_gone(d);
		return ret;
	}
	harness_domain_event(d, "built", NULL);
	return 0;
}

/* What toolstack and backends of dom0 left of domains that are gone. */
static void forget_backends(void)
{
	char path[PATH_MAX];
	unsigned int i, domid;

	for (domid = 1; domid < MAX_DOMAINS; domid++) {
		if (domain_by_id(domid))
			continue;
		for (i = 0; i < ARRAY_SIZE(backend_types); i++) {
			snprintf(path, sizeof(path),
				 "/local/domain/0/backend/%s/%u",
				 backend_types[i], domid);
			store_remove(path);
		}
	}
}

/*
 * Domain 0's home is the services', too: what is below backend/ belongs to
 * domains that may still be there, all else was dom0's.
 */
static void forget_dom0(void)
{
	static const char home[] = "/local/domain/0";
	const struct store_node *node;
	char path[PATH_MAX];
	unsigned int i = 0;

	while ((node = tree_lookup(the_store.tree.root, home)) &&
	       i < node->nr_children) {
		const char *name = node->children[i]->name;

		if (!strcmp(name, "backend")) {
			i++;
			continue;
		}
		snprintf(path, sizeof(path), "%s/%s", home, name);
		if (store_remove(path))
			i++;
	}
	forget_backends();
	make_skeleton();
}

void services_domain_gone(struct domain *d)
{
	char path[PATH_MAX];
	unsigned int i;

	console_domain_gone(d);
	if (store_in_dom0)
		return;
	net_domain_gone(d);
	block_domain_gone(d);
	unwatch_report(d);
	store_disconnect(d);
	if (d == hardware_domain()) {
		forget_dom0();
		return;
	}
	for (i = 0; i < ARRAY_SIZE(backend_types); i++) {
		snprintf(path, sizeof(path), "/local/domain/0/backend/%s/%u",
			 backend_types[i], d->domid);
		store_remove(path);
	}
	vm_of(d, path);
	store_remove(path);
	home_of(d, path);
	store_remove(path);
}

int store_write_home(struct domain *d, const char *node, const char *value)
{
	char home[PATH_MAX];

	if (store_in_dom0)
		return request_add(d->domid, node, value);
	home_of(d, home);
	return store_set(home, node, "%s", value);
}
