/* SPDX-License-Identifier: GPL-2.0 */
/* Records of a vCPU that the guest registers a place for. */
#ifndef XENLET_ABI_VCPU_OP_H
#define XENLET_ABI_VCPU_OP_H

#include "abi.h"

/** runstate_snapshot() - the times of @v up to now */
struct vcpu_runstate_info runstate_snapshot(struct vcpu *v);

#endif /* XENLET_ABI_VCPU_OP_H */
