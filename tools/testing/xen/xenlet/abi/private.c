// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's own hypercall, see xen/interface/xenlet.h and keeper_op.h. Monitor
 * lock held.
 */
#include "abi.h"

#include <xenlet/event.h>
#include <xenlet/grant.h>
#include <xenlet/keeper_op.h>
#include <xenlet/page.h>
#include <xenlet/private_op.h>
#include <xenlet/service.h>

static long report(struct domain *d, gva_t arg, u64 len)
{
	char text[XENLET_REPORT_MAX];

	if (len > sizeof(text))
		return -XEN_E2BIG;
	if (copy_from_guest(text, arg, len))
		return -XEN_EFAULT;
	harness_report(d, text, len);
	return 0;
}

static long report_for(gva_t arg, u64 len, domid_t domid)
{
	struct domain *d = domain_first(domid);

	if (!current_domain()->privileged)
		return -XEN_EPERM;
	return d && d->domid == domid ? report(d, arg, len) : -XEN_ESRCH;
}

static long request(gva_t arg, u64 len)
{
	const char *text;

	if (!current_domain()->privileged)
		return -XEN_EPERM;
	if (len < XENLET_REQUEST_MAX)
		return -XEN_EINVAL;
	text = request_take();
	if (!text)
		return 0;
	len = strlen(text);
	return copy_to_guest(arg, text, len) ? -XEN_EFAULT : (long)len;
}

static long counters(gva_t arg, u64 len)
{
	struct domain *d = current_domain();
	struct xenlet_counters now = {
		.pages = d->pages,
		.ports = event_open_count(d),
		.pins = grant_pin_count(d),
		.sends = d->stats.sends,
		.free_pages = page_free_count(),
	};
	struct vcpu_stats sum;

	if (!len)
		return -XEN_EINVAL;
	domain_stats_sum(d, &sum);
	now.hypercalls = sum.hypercalls;
	len = MIN(len, sizeof(now));
	return copy_to_guest(arg, &now, len) ? -XEN_EFAULT : (long)len;
}

long do_xenlet_op(struct hypercall *call)
{
	switch ((u32)call->arg[0]) {
	case XENLET_report:
		return report(current_domain(), call->arg[1], call->arg[2]);
	case XENLET_counters:
		return counters(call->arg[1], call->arg[2]);
	case XENLET_report_for:
		return report_for(call->arg[1], call->arg[2], call->arg[3]);
	case XENLET_request:
		return request(call->arg[1], call->arg[2]);
	default:
		return -XEN_ENOSYS;
	}
}
