/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypercalls among themselves.
 *
 * A hypercall whose length the guest chooses does a bounded part per entry.
 * Handlers say that more is left by setting @again after changing the
 * arguments so that the same call, run again, goes on where this one ended.
 * The guest's program counter then stays on the HVC: interrupts get their
 * turn, and so do other domains. Inside a multicall the entry in the guest's
 * list is rewritten instead.
 */
#ifndef XENLET_ABI_INTERNAL_H
#define XENLET_ABI_INTERNAL_H

#include <xenlet/domain.h>
#include <xenlet/guest_access.h>
#include <xenlet/lib.h>
#include <xenlet/types.h>
#include <xen/errno.h>

#define HYPERCALL_MAX_ARGS	5

/* Within xenlet only, never a result: a part is done, run the call again. */
#define E_AGAIN_LATER		4095

/** struct hypercall - one call in progress: @again as said above */
struct hypercall {
	u64 nr;
	u64 arg[HYPERCALL_MAX_ARGS];
	bool again;
};

/** hypercall_run() - dispatch by number; the result as the guest sees it */
long hypercall_run(struct hypercall *call);

long do_memory_op(struct hypercall *call);
long do_multicall(struct hypercall *call);
long do_xen_version(struct hypercall *call);
long do_console_io(struct hypercall *call);
long do_grant_table_op(struct hypercall *call);
long do_vm_assist(struct hypercall *call);
long do_vcpu_op(struct hypercall *call);
long do_sched_op(struct hypercall *call);
long do_event_channel_op(struct hypercall *call);
long do_hvm_op(struct hypercall *call);
long do_sysctl(struct hypercall *call);
long do_domctl(struct hypercall *call);
long do_platform_op(struct hypercall *call);
long do_hypfs_op(struct hypercall *call);
long do_xenlet_op(struct hypercall *call);

struct xen_domctl;

/** domain_info() - XEN_DOMCTL_getdomaininfo: @op is what the guest has at @arg,
 * and asks for the first domain from @op->domain on
 */
long domain_info(gva_t arg, struct xen_domctl *op);

/** wallclock_set() - show @d that it was @seconds and @ns at @system_time */
void wallclock_set(struct domain *d, u64 seconds, u32 ns, u64 system_time);

/** version_number() - XENVER_version: needs neither lock nor memory */
long version_number(void);

/** handle_gva() - the address in a XEN_GUEST_HANDLE */
#define handle_gva(handle)	((gva_t)(uintptr_t)(handle).p)

/**
 * domain_by_any_id() - as domain_by_id(), and DOMID_SELF is the caller
 */
struct domain *domain_by_any_id(domid_t domid);

/** domain_may_control() - may the caller act on @d: itself, or privileged */
bool domain_may_control(const struct domain *d);

/** domain_vcpu() - vCPU @id of @d or NULL */
static inline struct vcpu *domain_vcpu(const struct domain *d, u32 id)
{
	return id < d->nr_vcpus ? d->vcpus[id] : NULL;
}

#endif /* XENLET_ABI_INTERNAL_H */
