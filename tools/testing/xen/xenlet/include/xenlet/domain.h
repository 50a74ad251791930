/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A domain and its virtual CPUs.
 *
 * Life: domain_create() makes an empty shell with a domid; the builder fills
 * it; domain_unpause() lets its vCPUs run; domain_shutdown() stops them with
 * a reason; domain_destroy() marks it dying, takes its vCPUs off the physical
 * CPUs and queues the reaper, which tears the subsystems down in the reverse
 * of their bring-up and gives every page back. A domain that shuts down is
 * destroyed at once (poweroff, crash) or rebuilt from its payload (reboot):
 * there is no toolstack to ask.
 *
 * Fields are guarded by the monitor lock unless said otherwise.
 */
#ifndef XENLET_DOMAIN_H
#define XENLET_DOMAIN_H

#include <xenlet/arch_domain.h>
#include <xenlet/list.h>
#include <xenlet/types.h>
#include <xenlet/work.h>

#include <xen/xen.h>
#include <xen/vcpu.h>
#include <xen/hvm/params.h>

#define MAX_DOMAINS	16
#define MAX_VCPUS	8	/* of one domain */

struct event_table;
struct grant_table;
struct domain_config;

enum vcpu_state {
	VCPU_DOWN,	/* not brought up, or switched off by PSCI */
	VCPU_RUNNABLE,	/* waits for, or runs on, a physical CPU */
	VCPU_BLOCKED,	/* in WFI, SCHEDOP_block or SCHEDOP_poll */
};

/**
 * struct vcpu_stats - why it left for xenlet, see trap.h
 *
 * Only the CPU that it runs on adds to them, without the monitor lock.
 */
struct vcpu_stats {
	u64 exit_class[8];
	u64 hypercalls;
};

/**
 * struct vcpu - a virtual CPU
 * @arch: registers and the virtual interrupt controller's per-CPU half
 * @info: the registered or legacy vcpu_info, as xenlet's own pointer; the
 *        frame behind it holds a reference
 * @info_gfn: where the guest registered it, GFN_INVALID if it did not
 * @runstate: kept for VCPUOP_register_runstate_memory_area
 * @polling: in SCHEDOP_poll: wake on any of @poll_ports
 */
struct vcpu {
	struct domain *domain;
	unsigned int id;
	enum vcpu_state state;
	unsigned int cpu;		/* physical CPU whose queue it is on */
	bool running;			/* on that CPU right now */
	struct list_node queue;		/* run queue link */
	u64 slice_end;			/* ns, see sched.c */

	struct vcpu_info *info;
	gfn_t info_gfn;
	struct vcpu_runstate_info runstate;
	u64 runstate_since;		/* ns */
	gva_t runstate_gva;		/* 0: none registered */

	bool polling;
	unsigned int nr_poll_ports;
	u32 poll_ports[16];
	struct timer *poll_timer;

	struct vcpu_stats stats;
	struct arch_vcpu arch;
};

/** struct domain_stats - counters, never reset while the domain lives */
struct domain_stats {
	u64 sends;		/* EVTCHNOP_send */
	u64 upcalls;		/* event-channel interrupts injected */
};

#define DOMAIN_WATCHDOGS	2

/** struct watchdog - SCHEDOP_watchdog: shuts its domain down if it fires */
struct watchdog {
	struct timer timer;
	struct domain *domain;
	bool in_use;
};

enum domain_state {
	DOMAIN_BUILDING,
	DOMAIN_RUNNING,
	DOMAIN_SHUTDOWN,
	DOMAIN_DYING,
};

struct domain {
	domid_t domid;
	char name[32];
	enum domain_state state;
	unsigned int shutdown_reason;	/* SHUTDOWN_* of xen/sched.h */
	bool shutdown_reason_given;	/* ahead, by SCHEDOP_shutdown_code */
	unsigned int pause_count;
	bool is_service;		/* has no vCPUs: the built-in backends */
	bool privileged;		/* dom0 */
	const struct domain_config *config;	/* how to build it again */

	unsigned int nr_vcpus;
	struct vcpu *vcpus[MAX_VCPUS];

	u64 pages;		/* frames charged to it, page_alloc() counts */
	u64 max_pages;		/* XENMEM limit */
	struct p2m *p2m;
	struct shared_info *shared_info;	/* xenlet's pointer, one frame */
	gfn_t shared_info_gfn;		/* where the guest has it, or GFN_INVALID */
	bool runstate_update_flag;	/* VMASST_TYPE_runstate_update_flag */
	struct watchdog watchdogs[DOMAIN_WATCHDOGS];
	struct event_table *events;
	struct grant_table *grants;
	u64 hvm_params[HVM_NR_PARAMS];

	struct domain_stats stats;
	struct work reaper;
	struct timer reaper_retry;
	unsigned int reaper_step;
	u64 created;		/* ns */
	bool entered;		/* a vCPU has run */
	struct arch_domain arch;
};

/**
 * domain_create() - an empty domain with every subsystem initialised
 * @domid: DOMID_INVALID picks a free one from 1 up
 * Return: the domain, or NULL when out of memory, domids or vCPU slots
 */
struct domain *domain_create(domid_t domid, const char *name,
			     unsigned int nr_vcpus);
/** domain_by_id() - a live (not dying) domain, or NULL; DOMID_SELF is not
 * resolved here
 */
struct domain *domain_by_id(domid_t domid);
/** domain_next() - iterate: NULL starts, NULL ends; the service domain is
 * skipped
 */
struct domain *domain_next(struct domain *d);

/** domain_first() - the first one whose id is @domid or higher, or NULL
 *
 * One that is dying is there until the last of its frames is back.
 */
struct domain *domain_first(domid_t domid);

/** domain_stats_sum() - of all its vCPUs
 * Return: its exits, of all classes
 */
u64 domain_stats_sum(const struct domain *d, struct vcpu_stats *sum);

void domain_pause(struct domain *d);
void domain_unpause(struct domain *d);
/** domain_shutdown() - stop all vCPUs of @d for @reason (SHUTDOWN_*) */
void domain_shutdown(struct domain *d, unsigned int reason);
/** domain_crash() - domain_shutdown(SHUTDOWN_crash) with a message and the
 * current vCPU's registers on the console
 */
void domain_crash(struct domain *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void domain_destroy(struct domain *d);

/** current_vcpu() - the vCPU whose trap this CPU is handling; NULL: idle */
struct vcpu *current_vcpu(void);

static inline struct domain *current_domain(void)
{
	return current_vcpu()->domain;
}

/** service_domain() - what the built-in store and backends act as: towards a
 * guest they are domain 0, beside a dom0 or in its place
 */
struct domain *service_domain(void);

/** hardware_domain() - dom0, which has the machine's devices; NULL: there is
 * none
 */
struct domain *hardware_domain(void);

#endif /* XENLET_DOMAIN_H */
