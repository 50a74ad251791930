// SPDX-License-Identifier: GPL-2.0
/*
 * Power control of a domain's vCPUs as its firmware would offer it: PSCI 1.1
 * (DEN 0022) and the SMC calling convention's own calls (DEN 0028), by HVC
 * and by SMC alike. Monitor lock.
 */
#include <xenlet/arch.h>
#include <xenlet/domain.h>
#include <xenlet/firmware.h>
#include <xenlet/lib.h>
#include <xenlet/sched.h>
#include <xen/sched.h>

#define PSCI_VERSION_1_1	0x10001
#define SMCCC_VERSION_1_1	0x10001
#define MIGRATE_NOT_REQUIRED	2
#define AFFINITY_ON		0
#define AFFINITY_OFF		1
#define MPIDR_AFFINITY		0xff00ffffffULL

#define FN_64			BIT(30)

struct call {
	u32 fn;
	long (*serve)(struct vcpu *v, const u64 args[3]);
};

static struct vcpu *by_affinity(struct vcpu *v, u64 mpidr)
{
	mpidr &= MPIDR_AFFINITY;
	return mpidr < v->domain->nr_vcpus ? v->domain->vcpus[mpidr] : NULL;
}

static long psci_version(struct vcpu *v, const u64 args[3])
{
	return PSCI_VERSION_1_1;
}

static long psci_cpu_off(struct vcpu *v, const u64 args[3])
{
	vcpu_stop(v);
	return PSCI_SUCCESS;
}

/* The lowest bit asks for Thumb state, which 64-bit guests don't have. */
static bool may_enter(const struct domain *d, u64 entry)
{
	return !(entry & 3) || (arch_is_32bit(d) && entry & 1);
}

static long psci_cpu_on(struct vcpu *v, const u64 args[3])
{
	struct vcpu *target = by_affinity(v, args[0]);

	if (!target)
		return PSCI_INVALID_PARAMS;
	if (!may_enter(v->domain, args[1]))
		return PSCI_INVALID_ADDRESS;
	if (target->state != VCPU_DOWN)
		return PSCI_ALREADY_ON;
	arch_vcpu_start(target, args[1], args[2]);
	vcpu_start(target);
	return PSCI_SUCCESS;
}

static long psci_affinity_info(struct vcpu *v, const u64 args[3])
{
	struct vcpu *target = by_affinity(v, args[0]);

	if (!target || args[1])
		return PSCI_INVALID_PARAMS;
	return target->state == VCPU_DOWN ? AFFINITY_OFF : AFFINITY_ON;
}

/* Standby is all there is, and returns when an interrupt is pending. */
static long psci_cpu_suspend(struct vcpu *v, const u64 args[3])
{
	vcpu_block(v);
	return PSCI_SUCCESS;
}

static long psci_migrate_info_type(struct vcpu *v, const u64 args[3])
{
	return MIGRATE_NOT_REQUIRED;
}

static long psci_system_off(struct vcpu *v, const u64 args[3])
{
	domain_shutdown(v->domain, SHUTDOWN_poweroff);
	return PSCI_SUCCESS;
}

static long psci_system_reset(struct vcpu *v, const u64 args[3])
{
	domain_shutdown(v->domain, SHUTDOWN_reboot);
	return PSCI_SUCCESS;
}

static long smccc_version(struct vcpu *v, const u64 args[3])
{
	return SMCCC_VERSION_1_1;
}

static const struct call *find_call(u32 fn);

static long psci_features(struct vcpu *v, const u64 args[3])
{
	return find_call(args[0]) ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED;
}

static long smccc_features(struct vcpu *v, const u64 args[3])
{
	u32 fn = args[0];

	return fn == SMCCC_VERSION || fn == SMCCC_ARCH_FEATURES ?
		0 : SMCCC_NOT_SUPPORTED;
}

static const struct call calls[] = {
	{ PSCI_VERSION, psci_version },
	{ PSCI_CPU_SUSPEND_32, psci_cpu_suspend },
	{ PSCI_CPU_SUSPEND_64, psci_cpu_suspend },
	{ PSCI_CPU_OFF, psci_cpu_off },
	{ PSCI_CPU_ON_32, psci_cpu_on },
	{ PSCI_CPU_ON_64, psci_cpu_on },
	{ PSCI_AFFINITY_INFO_32, psci_affinity_info },
	{ PSCI_AFFINITY_INFO_64, psci_affinity_info },
	{ PSCI_MIGRATE_INFO_TYPE, psci_migrate_info_type },
	{ PSCI_SYSTEM_OFF, psci_system_off },
	{ PSCI_SYSTEM_RESET, psci_system_reset },
	{ PSCI_FEATURES, psci_features },
	{ SMCCC_VERSION, smccc_version },
	{ SMCCC_ARCH_FEATURES, smccc_features },
};

static const struct call *find_call(u32 fn)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].fn == fn)
			return &calls[i];
	return NULL;
}

long firmware_call(struct vcpu *v, u32 fn, const u64 args[3])
{
	const struct call *call = find_call(fn);
	u64 words[3];
	unsigned int i;

	if (!call || (fn & FN_64 && arch_is_32bit(v->domain)))
		return SMCCC_NOT_SUPPORTED;
	/* The 32-bit calls ignore the upper halves of their arguments. */
	for (i = 0; i < 3; i++)
		words[i] = fn & FN_64 ? args[i] : (u32)args[i];
	return call->serve(v, words);
}
