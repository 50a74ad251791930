/* SPDX-License-Identifier: GPL-2.0 */
/* What a test may want to know of the instruction set. */
#ifndef _XEN_GUEST_ARCH_H
#define _XEN_GUEST_ARCH_H

#define XEN_CAPABILITY		"xen-3.0-armv7l"
#define PSCI_CPU_ON		0x84000003U
#define PSCI_AFFINITY_INFO	0x84000004U

/* The tables translate all that a pointer can say. */
#define ARCH_BEYOND_TABLES { \
	{ 0xf0000000UL, "an address at the end of the tables" }, \
}

#endif /* _XEN_GUEST_ARCH_H */
