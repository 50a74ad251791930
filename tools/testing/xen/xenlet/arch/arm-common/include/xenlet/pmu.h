/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The CPU's performance monitors, of which guests see nothing.
 */
#ifndef XENLET_PMU_H
#define XENLET_PMU_H

#include <xenlet/types.h>

/** pmu_init() - the boot CPU counts xenlet's instructions, if it can */
void pmu_init(void);

#endif /* XENLET_PMU_H */
