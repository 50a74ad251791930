// SPDX-License-Identifier: GPL-2.0
/*
 * The shared info page and the records of each vCPU.
 *
 * Owns d->shared_info, v->info, the poll timers and the watchdogs. Monitor
 * lock held. The page is xenlet's and lives as long as the domain; the guest
 * sees it where XENMEM_add_to_physmap put it. vCPU 0 starts with the
 * vcpu_info inside that page, all others with none.
 */
#include "abi.h"
#include "sched_op.h"

#include <xenlet/abi.h>
#include <xenlet/machine.h>
#include <xenlet/page.h>
#include <xenlet/work.h>

#define NS_PER_SEC	1000000000UL

/* What a guest adds its system time to; it reads again if the version moves. */
void wallclock_set(struct domain *d, u64 seconds, u32 ns, u64 system_time)
{
	struct shared_info *info = d->shared_info;
	u64 total = seconds * NS_PER_SEC + ns - system_time;

	if (!info)
		return;
	__atomic_fetch_add(&info->wc_version, 1, __ATOMIC_SEQ_CST);
	seconds = total / NS_PER_SEC;
	WRITE_ONCE(info->wc_sec, seconds);
	WRITE_ONCE(info->wc_sec_hi, seconds >> 32);
	WRITE_ONCE(info->wc_nsec, total % NS_PER_SEC);
	__atomic_fetch_add(&info->wc_version, 1, __ATOMIC_SEQ_CST);
}

/* Without a clock the epoch stays at reset. */
static void read_wallclock(struct domain *d)
{
	if (the_machine->rtc)
		wallclock_set(d, *(const volatile u32 *)
			      paddr_to_ptr(the_machine->rtc), 0, time_ns());
}

static int vcpu_init(struct vcpu *v)
{
	v->info = v->id < XEN_LEGACY_MAX_VCPUS ?
		  &v->domain->shared_info->vcpu_info[v->id] : NULL;
	v->info_gfn = GFN_INVALID;
	v->runstate.state = RUNSTATE_offline;
	v->runstate_since = time_ns();
	v->runstate.state_entry_time = v->runstate_since;
	return sched_poll_init(v);
}

int abi_domain_init(struct domain *d)
{
	struct page *page;
	unsigned int i;

	d->shared_info_gfn = GFN_INVALID;
	watchdog_init(d);
	page = page_alloc(NULL, 0);
	if (!page)
		return -XEN_ENOMEM;
	d->shared_info = page_to_ptr(page);
	read_wallclock(d);
	for (i = 0; i < d->nr_vcpus; i++)
		if (vcpu_init(d->vcpus[i]))
			return -XEN_ENOMEM;
	return 0;
}

void abi_domain_destroy(struct domain *d)
{
	unsigned int i;

	watchdog_destroy(d);
	for (i = 0; i < d->nr_vcpus; i++) {
		struct vcpu *v = d->vcpus[i];

		if (!v)
			continue;
		sched_poll_destroy(v);
		if (v->info && v->info_gfn != GFN_INVALID)
			page_put(page_from_paddr((uintptr_t)v->info));
		v->info = NULL;
	}
	if (d->shared_info)
		page_put(page_from_paddr((uintptr_t)d->shared_info));
	d->shared_info = NULL;
}
