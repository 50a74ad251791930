/* SPDX-License-Identifier: GPL-2.0 */
/*
 * PSCI and the SMC calling convention, towards the guests and the firmware.
 */
#ifndef XENLET_FIRMWARE_H
#define XENLET_FIRMWARE_H

#include <xenlet/types.h>

#define SMCCC_VERSION		0x80000000
#define SMCCC_ARCH_FEATURES	0x80000001
#define SMCCC_NOT_SUPPORTED	(-1L)

#define PSCI_VERSION		0x84000000
#define PSCI_CPU_OFF		0x84000002
#define PSCI_CPU_ON_32		0x84000003
#define PSCI_CPU_ON_64		0xc4000003
#define PSCI_AFFINITY_INFO_32	0x84000004
#define PSCI_AFFINITY_INFO_64	0xc4000004
#define PSCI_CPU_SUSPEND_32	0x84000001
#define PSCI_CPU_SUSPEND_64	0xc4000001
#define PSCI_MIGRATE_INFO_TYPE	0x84000006
#define PSCI_SYSTEM_OFF		0x84000008
#define PSCI_SYSTEM_RESET	0x84000009
#define PSCI_FEATURES		0x8400000a

#define PSCI_SUCCESS		0L
#define PSCI_NOT_SUPPORTED	(-1L)
#define PSCI_INVALID_PARAMS	(-2L)
#define PSCI_ALREADY_ON		(-4L)
#define PSCI_INVALID_ADDRESS	(-9L)

struct vcpu;

/** firmware_call() - serve a guest's PSCI or SMCCC call
 * @fn: function identifier
 * @args: three arguments
 * Return: what goes into the guest's first result register
 */
long firmware_call(struct vcpu *v, u32 fn, const u64 args[3]);

/** firmware_smc() - call the machine's firmware */
long firmware_smc(u32 fn, u64 a, u64 b, u64 c);

#endif /* XENLET_FIRMWARE_H */
