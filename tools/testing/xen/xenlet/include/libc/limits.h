/* SPDX-License-Identifier: GPL-2.0 */
/* libfdt asks for a C library's header by this name. */
#ifndef XENLET_LIBC_LIMITS_H
#define XENLET_LIBC_LIMITS_H

#define INT_MAX		__INT_MAX__
#define UINT_MAX	(2U * __INT_MAX__ + 1U)

#endif /* XENLET_LIBC_LIMITS_H */
