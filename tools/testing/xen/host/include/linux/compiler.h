/* SPDX-License-Identifier: GPL-2.0 */
/* Stands in for the kernel's header on the host. */
#ifndef XEN_HOST_LINUX_COMPILER_H
#define XEN_HOST_LINUX_COMPILER_H

#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, val)	(*(volatile typeof(x) *)&(x) = (val))

#endif /* XEN_HOST_LINUX_COMPILER_H */
