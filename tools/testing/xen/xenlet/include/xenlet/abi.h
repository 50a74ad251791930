/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a domain and its vCPUs need of the Xen ABI besides event channels and
 * grants: the shared info page, vcpu_info, runstate, watchdogs.
 */
#ifndef XENLET_ABI_H
#define XENLET_ABI_H

#include <xenlet/types.h>

struct domain;
struct vcpu;

/**
 * abi_domain_init() - shared info page, vCPU records and timers
 *
 * Call it once the vCPUs exist and before event_init().
 *
 * Return: 0 or -ENOMEM, which abi_domain_destroy() cleans up after.
 */
int abi_domain_init(struct domain *d);
/** abi_domain_destroy() - after event_destroy() and grant_destroy(), before
 * p2m_destroy()
 */
void abi_domain_destroy(struct domain *d);

/** runstate_change() - @v enters @state (RUNSTATE_* of xen/vcpu.h); the
 * scheduler calls it on each change
 */
void runstate_change(struct vcpu *v, unsigned int state);
/** runstate_publish() - show the record to the guest; @v has just been
 * switched in, its EL1 state is on this CPU
 */
void runstate_publish(struct vcpu *v);

#endif /* XENLET_ABI_H */
