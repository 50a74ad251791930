// SPDX-License-Identifier: GPL-2.0
/*
 * The hypercall stubs of arch/<arch>/xen/hypercall.S, for other modules.
 */
#include <linux/export.h>
#include <asm/xen/hypercall.h>

#define EXPORT_STUB	EXPORT_SYMBOL_GPL

EXPORT_STUB(HYPERVISOR_console_io);
EXPORT_STUB(HYPERVISOR_dm_op);
EXPORT_STUB(HYPERVISOR_event_channel_op);
EXPORT_STUB(HYPERVISOR_grant_table_op);
EXPORT_STUB(HYPERVISOR_hvm_op);
EXPORT_STUB(HYPERVISOR_memory_op);
EXPORT_STUB(HYPERVISOR_multicall);
EXPORT_STUB(HYPERVISOR_physdev_op);
EXPORT_STUB(HYPERVISOR_platform_op_raw);
EXPORT_STUB(HYPERVISOR_sched_op);
EXPORT_STUB(HYPERVISOR_vcpu_op);
EXPORT_STUB(HYPERVISOR_vm_assist);
EXPORT_STUB(HYPERVISOR_xen_version);
EXPORT_STUB(privcmd_call);
