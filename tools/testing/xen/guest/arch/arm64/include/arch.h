/* SPDX-License-Identifier: GPL-2.0 */
/* What a test may want to know of the instruction set. */
#ifndef _XEN_GUEST_ARCH_H
#define _XEN_GUEST_ARCH_H

#define XEN_CAPABILITY		"xen-3.0-aarch64"
#define PSCI_CPU_ON		0xc4000003U
#define PSCI_AFFINITY_INFO	0xc4000004U

/* Pointers are wider than what any table translates. */
#define ARCH_BEYOND_TABLES { \
	{ ~0UL << 39, "the other half of the address space" }, \
	{ 1UL << 55, "an address with a hole in it" }, \
	{ 1UL << 40, "an address beyond the tables" }, \
}

#endif /* _XEN_GUEST_ARCH_H */
