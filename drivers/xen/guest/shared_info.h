/* SPDX-License-Identifier: GPL-2.0 */
/* The page shared with the hypervisor, and what of it belongs to a vCPU. */
#ifndef XEN_GUEST_SHARED_INFO_H
#define XEN_GUEST_SHARED_INFO_H

#include <linux/cache.h>
#include <linux/errno.h>
#include <xen/interface/xen.h>
#include <xen/page.h>

/*
 * Where vcpu_info lives: in the part of the shared info page that struct
 * shared_info leaves unused. A registration cannot be withdrawn, and a module
 * must not leave one behind in memory that it frees. The page belongs to the
 * hypervisor, stays with the domain for good, and is found again by whoever
 * maps it next, at the same offset.
 */
#define XEN_VCPU_SLOTS_OFFSET	2048
#define XEN_VCPU_SLOT_SIZE	64
#define XEN_VCPU_SLOTS \
	((XEN_PAGE_SIZE - XEN_VCPU_SLOTS_OFFSET) / XEN_VCPU_SLOT_SIZE)

static_assert(sizeof(struct shared_info) <= XEN_VCPU_SLOTS_OFFSET);
static_assert(sizeof(struct vcpu_info) <= XEN_VCPU_SLOT_SIZE);

/**
 * xen_vcpu_slot() - where a vCPU's vcpu_info is in the shared info page
 * @vcpu: Xen's number of it
 *
 * Return: the offset in bytes; a slot never crosses the end of the page.
 * -ERANGE for a vCPU that has no slot.
 */
static inline int xen_vcpu_slot(unsigned int vcpu)
{
	if (vcpu >= XEN_VCPU_SLOTS)
		return -ERANGE;
	return XEN_VCPU_SLOTS_OFFSET + vcpu * XEN_VCPU_SLOT_SIZE;
}

int xen_shared_info_init(void);
void xen_shared_info_exit(void);

/**
 * xen_vcpu_register() - give a CPU its vcpu_info
 * @cpu: a possible CPU; may be another than the caller's
 *
 * Any context. Does nothing if the CPU has one.
 *
 * Return: 0, or a negative errno: this CPU can take no events then.
 */
int xen_vcpu_register(unsigned int cpu);

#endif /* XEN_GUEST_SHARED_INFO_H */
