// SPDX-License-Identifier: GPL-2.0
/* PSCI by HVC: what brings vCPUs up, and what it refuses. */
#include "test.h"

#include <arch.h>

#define PSCI_VERSION		0x84000000U
#define PSCI_MIGRATE_INFO_TYPE	0x84000006U
#define PSCI_FEATURES		0x8400000aU

#define NOT_SUPPORTED		(-1)
#define INVALID_PARAMETERS	(-2)
#define ALREADY_ON		(-4)

/* 32 bit results may come back with or without their sign extended. */
static int psci32(uint32_t function, unsigned long a1, unsigned long a2,
		  unsigned long a3)
{
	return psci(function, a1, a2, a3);
}

static int secondary_result;

static void try_ourselves(void)
{
	secondary_result = psci32(PSCI_CPU_ON, 0, env->ram_base, 0);
}

static void nothing(void)
{
}

void test_main(void)
{
	int version = psci32(PSCI_VERSION, 0, 0, 0);

	check(version >> 16 >= 1 || (version & 0xffff) >= 2,
	      "the version is 0.2 or later");
	expect(psci32(PSCI_MIGRATE_INFO_TYPE, 0, 0, 0), 2,
	       "no migration is needed");
	check(psci32(PSCI_FEATURES, PSCI_CPU_ON, 0, 0) >= 0,
	      "CPU_ON is a feature");
	expect(psci32(PSCI_FEATURES, 0x84001234, 0, 0), NOT_SUPPORTED,
	       "nonsense is none");
	expect(psci32(0x84001234, 0, 0, 0), NOT_SUPPORTED,
	       "an unknown function");
	expect(psci32(PSCI_CPU_ON, 0, env->ram_base, 0), ALREADY_ON,
	       "CPU_ON of ourselves");
	expect(psci32(PSCI_CPU_ON, 77, env->ram_base, 0), INVALID_PARAMETERS,
	       "CPU_ON of a vCPU that is not there");
	expect(psci32(PSCI_CPU_ON, ~0UL, env->ram_base, 0),
	       INVALID_PARAMETERS, "CPU_ON of vCPU ~0");
	expect(psci32(PSCI_AFFINITY_INFO, 0, 0, 0), 0,
	       "AFFINITY_INFO says that we are on");
	if (psci32(PSCI_AFFINITY_INFO, 1, 0, 0) != 1) {
		report(SKIP, "CPU_ON of vCPU 1", "there is only one vCPU");
		return;
	}
	check(smp_start(), "CPU_ON of vCPU 1");
	expect(psci32(PSCI_AFFINITY_INFO, 1, 0, 0), 0,
	       "AFFINITY_INFO says that it is on");
	expect(psci32(PSCI_CPU_ON, 1, env->ram_base, 0), ALREADY_ON,
	       "CPU_ON again");
	check(smp_race(nothing, try_ourselves), "vCPU 1 calls, too");
	expect(secondary_result, ALREADY_ON, "it finds vCPU 0 on");
}
