/* SPDX-License-Identifier: GPL-2.0 */
/* Stands in for the kernel's header on the host. */
#ifndef XEN_HOST_LINUX_BITOPS_H
#define XEN_HOST_LINUX_BITOPS_H

#include <linux/bits.h>

static inline unsigned int __ffs(unsigned long word)
{
	return __builtin_ctzl(word);
}

#endif /* XEN_HOST_LINUX_BITOPS_H */
