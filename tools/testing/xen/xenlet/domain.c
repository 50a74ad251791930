// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the table of domains and their life: see domain.h. Monitor lock.
 *
 * The reaper undoes domain_create() and the builder in steps, each bounded,
 * in this order: no vCPU is on a CPU any more, no service holds a grant or a
 * port, then ports, grants, shared info, the stage 2 table with the memory,
 * and last the structs. A frame that somebody else still refers to keeps the
 * shell of the domain until it comes back.
 */
#include <stdarg.h>
#include <xenlet/abi.h>
#include <xenlet/arch.h>
#include <xenlet/build.h>
#include <xenlet/cpu.h>
#include <xenlet/domain.h>
#include <xenlet/event.h>
#include <xenlet/grant.h>
#include <xenlet/lib.h>
#include <xenlet/p2m.h>
#include <xenlet/p2m_table.h>
#include <xenlet/page.h>
#include <xenlet/run.h>
#include <xenlet/service.h>
#include <xenlet/trace.h>
#include <xen/errno.h>
#include <xen/sched.h>

#define REAP_FRAMES	8192U
#define REAP_PORTS	4096U
#define REAP_RETRY_NS	1000000UL
#define CRASH_TRACE	12

/**
 * struct domain_table - all domains
 * @by_id: dom0, if there is one, is the first
 * @last: domid given last: one that is free again is not taken at once, so
 *	  that dom0 can tell the old domain's nodes from the new one's
 * @services: acts as domain 0 towards the guests, with a dom0 or without
 */
static struct domain_table {
	struct domain *by_id[MAX_DOMAINS];
	domid_t last;
	struct domain services;
} table;

static const char *const reasons[] = {
	[SHUTDOWN_poweroff] = "poweroff",
	[SHUTDOWN_reboot] = "reboot",
	[SHUTDOWN_suspend] = "suspend",
	[SHUTDOWN_crash] = "crash",
	[SHUTDOWN_watchdog] = "watchdog",
	[SHUTDOWN_soft_reset] = "soft-reset",
};

static const char *reason_name(unsigned int reason)
{
	return reason < ARRAY_SIZE(reasons) ? reasons[reason] : "unknown";
}

static void reap(struct work *work);

static void reap_again(struct timer *timer)
{
	work_queue(&container_of(timer, struct domain, reaper_retry)->reaper);
}

static void shell_free(struct domain *d)
{
	unsigned int i;

	timer_cancel(&d->reaper_retry);
	for (i = 0; i < d->nr_vcpus; i++) {
		if (!d->vcpus[i])
			continue;
		arch_vcpu_destroy(d->vcpus[i]);
		heap_free(d->vcpus[i]);
	}
	arch_domain_destroy(d);
	table.by_id[d->domid] = NULL;
	heap_free(d);
}

static int make_vcpus(struct domain *d, unsigned int nr_vcpus)
{
	struct vcpu *v;

	for (; d->nr_vcpus < nr_vcpus; d->nr_vcpus++) {
		v = heap_alloc(sizeof(*v));
		if (!v)
			return -XEN_ENOMEM;
		d->vcpus[d->nr_vcpus] = v;
		v->domain = d;
		v->id = d->nr_vcpus;
		v->state = VCPU_DOWN;
		list_init(&v->queue);
		arch_vcpu_init(v);
		/* Start somewhere else than the last domain did. */
		v->cpu = 0;
		vcpu_place(v);
	}
	return 0;
}

static int make_parts(struct domain *d, unsigned int nr_vcpus)
{
	int ret = arch_domain_init(d);

	ret = ret ?: make_vcpus(d, nr_vcpus);
	ret = ret ?: p2m_init(d);
	ret = ret ?: abi_domain_init(d);
	ret = ret ?: event_init(d);
	return ret ?: grant_init(d);
}

static domid_t free_domid(void)
{
	unsigned int i;
	domid_t domid;

	for (i = 0; i < MAX_DOMAINS - 1; i++) {
		domid = (table.last + i) % (MAX_DOMAINS - 1) + 1;
		if (!table.by_id[domid])
			break;
	}
	table.last = domid;
	return domid;
}

static struct domain *shell_alloc(domid_t domid, const char *name)
{
	struct domain *d;

	if (domid == DOMID_INVALID)
		domid = free_domid();
	if (domid >= MAX_DOMAINS || table.by_id[domid])
		return NULL;
	d = heap_alloc(sizeof(*d));
	if (!d)
		return NULL;
	d->domid = domid;
	d->privileged = !domid;
	snprintf(d->name, sizeof(d->name), "%s", name);
	d->state = DOMAIN_BUILDING;
	d->pause_count = 1;
	d->created = time_ns();
	work_init(&d->reaper, reap);
	timer_init(&d->reaper_retry, reap_again);
	table.by_id[domid] = d;
	return d;
}

struct domain *domain_create(domid_t domid, const char *name,
			     unsigned int nr_vcpus)
{
	struct domain *d;

	if (nr_vcpus > MAX_VCPUS)
		return NULL;
	d = shell_alloc(domid, name);
	if (d && make_parts(d, nr_vcpus)) {
		grant_destroy(d);
		event_destroy(d);
		abi_domain_destroy(d);
		p2m_destroy(d);
		shell_free(d);
		return NULL;
	}
	return d;
}

void domain_init(void)
{
	struct domain *d = &table.services;

	snprintf(d->name, sizeof(d->name), "xenlet");
	d->is_service = true;
	d->privileged = true;
	d->state = DOMAIN_RUNNING;
}

struct domain *service_domain(void)
{
	return &table.services;
}

struct domain *hardware_domain(void)
{
	return table.by_id[0];
}

struct domain *domain_by_id(domid_t domid)
{
	struct domain *d = domid < MAX_DOMAINS ? table.by_id[domid] : NULL;

	if (!domid && !d)
		return &table.services;
	return d && d->state != DOMAIN_DYING ? d : NULL;
}

struct domain *domain_next(struct domain *d)
{
	unsigned int i;

	for (i = d ? d->domid + 1 : 0; i < MAX_DOMAINS; i++)
		if (table.by_id[i])
			return table.by_id[i];
	return NULL;
}

struct domain *domain_first(domid_t domid)
{
	struct domain *d = domain_next(NULL);

	while (d && d->domid < domid)
		d = domain_next(d);
	return d;
}

static void all_vcpus(struct domain *d, void (*fn)(struct vcpu *v))
{
	unsigned int i;

	for (i = 0; i < d->nr_vcpus; i++)
		if (d->vcpus[i])
			fn(d->vcpus[i]);
}

void domain_pause(struct domain *d)
{
	if (!d->pause_count++)
		all_vcpus(d, vcpu_unready);
}

void domain_unpause(struct domain *d)
{
	if (!d->pause_count || --d->pause_count)
		return;
	if (d->state == DOMAIN_BUILDING) {
		d->state = DOMAIN_RUNNING;
		harness_domain_event(d, "running", NULL);
	}
	all_vcpus(d, vcpu_ready);
}

static void tell_dom0(void)
{
	if (table.by_id[0])
		event_virq_raise(table.by_id[0]->vcpus[0], VIRQ_DOM_EXC);
}

void domain_shutdown(struct domain *d, unsigned int reason)
{
	if (d->state != DOMAIN_RUNNING)
		return;
	d->state = DOMAIN_SHUTDOWN;
	if (d->shutdown_reason_given)
		reason = d->shutdown_reason;
	d->shutdown_reason = reason;
	all_vcpus(d, vcpu_unready);
	printk("d%u: shutdown: %s", d->domid, reason_name(reason));
	tell_dom0();
	harness_domain_event(d, reason == SHUTDOWN_crash ? "crashed" :
			     "shutdown", reason_name(reason));
	/* A suspended domain waits for whoever asked for that. */
	if (reason != SHUTDOWN_suspend)
		domain_destroy(d);
}

void domain_crash(struct domain *d, const char *fmt, ...)
{
	struct vcpu *v = current_vcpu();
	char why[128];
	va_list ap;

	if (d->state != DOMAIN_RUNNING)
		return;
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	printk("d%u (%s) crashed: %s", d->domid, d->name, why);
	if (v && v->domain == d) {
		arch_vcpu_dump(v);
		printk("  last exits of this CPU:");
		trace_dump(CRASH_TRACE);
	}
	domain_shutdown(d, SHUTDOWN_crash);
}

void domain_destroy(struct domain *d)
{
	if (d->state == DOMAIN_DYING || d->is_service)
		return;
	d->state = DOMAIN_DYING;
	all_vcpus(d, vcpu_unready);
	/* Who maps its frames has to let go of them. */
	tell_dom0();
	work_queue(&d->reaper);
}

/* True once no CPU has state of @d's vCPUs loaded. */
static bool off_the_cpus(struct domain *d)
{
	bool off = true;
	unsigned int i;

	for (i = 0; i < MAX_CPUS; i++) {
		struct vcpu *v = cpus[i].current;

		if (!v || v->domain != d)
			continue;
		if (&cpus[i] == this_cpu()) {
			cpu_unload(&cpus[i]);
		} else {
			arch_kick(i);
			off = false;
		}
	}
	return off;
}

static bool reap_services(struct domain *d)
{
	services_domain_gone(d);
	return true;
}

static bool reap_ports(struct domain *d)
{
	return event_close_some(d, REAP_PORTS);
}

static bool reap_interfaces(struct domain *d)
{
	event_destroy(d);
	grant_destroy(d);
	abi_domain_destroy(d);
	return true;
}

static bool reap_memory(struct domain *d)
{
	return p2m_destroy_some(d, REAP_FRAMES);
}

static bool reap_held(struct domain *d)
{
	if (d == hardware_domain())
		page_drop_held(d);
	return true;
}

static bool reap_frames(struct domain *d)
{
	return !d->pages;
}

static bool (*const reap_steps[])(struct domain *d) = {
	off_the_cpus, reap_services, reap_ports, reap_interfaces, reap_memory,
	reap_held, reap_frames,
};

static void report(const struct domain *d)
{
	struct vcpu_stats sum;
	char line[200];
	unsigned int i, len = 0;
	u64 exits;

	if (!d->entered)
		return;
	exits = domain_stats_sum(d, &sum);
	for (i = 0; i < EXIT_CLASSES && len < sizeof(line); i++)
		len += snprintf(line + len, sizeof(line) - len, " %s %llu",
				exit_class_name(i), sum.exit_class[i]);
	printk("d%u (%s): %llu exits:%s", d->domid, d->name, exits, line);
	printk("d%u (%s): %llu hypercalls, %llu events sent, %llu upcalls",
	       d->domid, d->name, sum.hypercalls, d->stats.sends,
	       d->stats.upcalls);
}

/* Two steps come in portions, the rest waits for others. */
static bool has_portions(unsigned int step)
{
	return reap_steps[step] == reap_ports ||
	       reap_steps[step] == reap_memory;
}

static void reap(struct work *work)
{
	struct domain *d = container_of(work, struct domain, reaper);
	bool hardware = d == hardware_domain();
	const struct domain_config *again;
	unsigned int reason;

	if (!reap_steps[d->reaper_step](d)) {
		if (has_portions(d->reaper_step))
			work_queue(work);
		else
			timer_set(&d->reaper_retry,
				  time_ns() + REAP_RETRY_NS);
		return;
	}
	if (++d->reaper_step < ARRAY_SIZE(reap_steps)) {
		work_queue(work);
		return;
	}

	report(d);
	reason = d->shutdown_reason;
	again = d->config;
	harness_domain_event(d, "destroyed", NULL);
	shell_free(d);
	tell_dom0();
	if (hardware)
		build_dom0_gone(reason == SHUTDOWN_reboot);
	else
		build_finished(reason == SHUTDOWN_reboot ? again : NULL);
}
