/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why a guest left for xenlet.
 */
#ifndef XENLET_TRAP_H
#define XENLET_TRAP_H

enum exit_class {
	EXIT_IRQ,
	EXIT_HYPERCALL,
	EXIT_FIRMWARE,		/* PSCI and the SMC calling convention */
	EXIT_WAIT,		/* WFI, WFE */
	EXIT_SYSREG,
	EXIT_MMIO,
	EXIT_FAULT,		/* aborts that no emulation claimed */
	EXIT_OTHER,
	EXIT_CLASSES,
};

#endif /* XENLET_TRAP_H */
