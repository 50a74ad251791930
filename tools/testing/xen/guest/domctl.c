// SPDX-License-Identifier: GPL-2.0
/* XEN_DOMCTL_getdomaininfo: how a store in dom0 learns who is there. */
#include "test.h"

#include <xen/domctl.h>

static struct xen_domctl op;

static long domain_info(domid_t domid, void *arg)
{
	op = (struct xen_domctl){
		.cmd = XEN_DOMCTL_getdomaininfo,
		.interface_version = XEN_DOMCTL_INTERFACE_VERSION,
		.domain = domid,
	};
	return hypercall(__HYPERVISOR_domctl, ARG(arg), 0, 0, 0, 0);
}

static void unprivileged(void)
{
	expect(domain_info(0, &op), -XEN_EPERM, "dom0 is not for us");
	expect(domain_info(DOMID_SELF, &op), -XEN_EPERM,
	       "nor are we ourselves");
	expect(domain_info(0x7fef, &op), -XEN_EPERM,
	       "that somebody isn't there is not told");
	expect(domain_info(0, wild_pointer()), -XEN_EFAULT, "wild pointer");
}

static void about_ourselves(void)
{
	const struct xen_domctl_getdomaininfo *info = &op.u.getdomaininfo;

	expect(domain_info(0, &op), 0, "dom0 is told of itself");
	check(!op.domain && !info->domain, "it is domain 0");
	expect(info->max_vcpu_id, 1, "it has two vCPUs");
	expect(info->nr_online_vcpus, 1, "one of them is up");
	check(info->flags & XEN_DOMINF_running, "it runs");
	check(info->flags & XEN_DOMINF_hap, "its memory is at stage 2");
	check(!(info->flags & (XEN_DOMINF_dying | XEN_DOMINF_shutdown |
			       XEN_DOMINF_paused)),
	      "it is not dying, shut down or paused");
	check(info->tot_pages >= 0x1000, "it has memory");
}

static void privileged(void)
{
	about_ourselves();
	expect(domain_info(1, &op), -XEN_ESRCH, "there is nobody behind it");
	expect(domain_info(0x7fef, &op), -XEN_ESRCH, "the last id is nobody's");
	expect(domain_info(DOMID_SELF, &op), -XEN_EINVAL,
	       "DOMID_SELF is no id here");
	expect(domain_info(0xffff, &op), -XEN_EINVAL, "id ffff");
	expect(domain_info(0, (void *)readonly_alias(&op)), -XEN_EFAULT,
	       "an answer that cannot be written");
	expect(domain_info(0, wild_pointer()), -XEN_EFAULT, "wild pointer");
}

void test_main(void)
{
	if (env->privileged)
		privileged();
	else
		unprivileged();
}
