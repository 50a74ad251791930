// SPDX-License-Identifier: GPL-2.0
/*
 * XEN_DOMCTL_getdomaininfo: what xenstored asks when it hears VIRQ_DOM_EXC,
 * and by which domains are found. The other operations are a toolstack's, of
 * which there is none. Owns no data; monitor lock held.
 */
#include "abi.h"

#include <xen/domctl.h>
#include <xen/vcpu.h>

#define GUEST_ADDRESS_BITS	40

static void describe_vcpus(const struct domain *d,
			   struct xen_domctl_getdomaininfo *info)
{
	u32 blocked = XEN_DOMINF_blocked;
	unsigned int i;

	info->max_vcpu_id = d->nr_vcpus - 1;
	for (i = 0; i < d->nr_vcpus; i++) {
		const struct vcpu *v = d->vcpus[i];

		info->cpu_time += v->runstate.time[RUNSTATE_running];
		if (v->state == VCPU_DOWN)
			continue;
		info->nr_online_vcpus++;
		if (v->state != VCPU_BLOCKED)
			blocked = 0;
		if (v->running)
			info->flags |= XEN_DOMINF_running;
	}
	if (info->nr_online_vcpus)
		info->flags |= blocked;
}

static void describe_state(const struct domain *d,
			   struct xen_domctl_getdomaininfo *info)
{
	info->flags |= XEN_DOMINF_hap | XEN_DOMINF_hvm_guest;
	if (d->pause_count)
		info->flags |= XEN_DOMINF_paused;
	if (d->state == DOMAIN_DYING)
		info->flags |= XEN_DOMINF_dying;
	if (d->state == DOMAIN_SHUTDOWN)
		info->flags |= XEN_DOMINF_shutdown;
	info->flags |= d->shutdown_reason << XEN_DOMINF_shutdownshift;
}

long domain_info(gva_t arg, struct xen_domctl *op)
{
	struct xen_domctl_getdomaininfo *info = &op->u.getdomaininfo;
	const struct domain *d = domain_first(op->domain);

	if (op->domain >= DOMID_FIRST_RESERVED)
		return -XEN_EINVAL;
	if (!d)
		return -XEN_ESRCH;
	*info = (struct xen_domctl_getdomaininfo){ 0 };
	describe_vcpus(d, info);
	describe_state(d, info);
	info->domain = d->domid;
	info->tot_pages = d->pages;
	info->max_pages = d->max_pages;
	info->shared_info_frame = d->shared_info_gfn;
	info->gpaddr_bits = GUEST_ADDRESS_BITS;
	/* There are no UUIDs here: it is the domain's name, cut to fit. */
	memcpy(info->handle, d->name, sizeof(info->handle));
	op->domain = d->domid;
	return copy_to_guest(arg, op, sizeof(*op));
}
