/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The door between the trap code and the hypercalls.
 */
#ifndef XENLET_HYPERCALL_H
#define XENLET_HYPERCALL_H

#include <xenlet/types.h>

struct vcpu;

/**
 * hypercall_unlocked() - serve a hypercall that touches no shared state
 *
 * Called first, without the monitor lock. Number, arguments and result are
 * reached through arch_hypercall_nr(), _arg() and _set_result().
 *
 * Return: true if it was served; the guest continues at once.
 */
bool hypercall_unlocked(struct vcpu *v);

/** hypercall_dispatch() - serve any hypercall, with the monitor lock held */
void hypercall_dispatch(struct vcpu *v);

#endif /* XENLET_HYPERCALL_H */
