/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stands in for the kernel's header on the host. A test that wants to play
 * the other side just before an exchange defines HOST_EXCHANGE().
 */
#ifndef XEN_HOST_ASM_SYNC_BITOPS_H
#define XEN_HOST_ASM_SYNC_BITOPS_H

#include <stdbool.h>
#include <stdint.h>

#ifndef HOST_EXCHANGE
#define HOST_EXCHANGE()	do { } while (0)
#endif

#define sync_cmpxchg(ptr, old, new) ({ \
	__typeof__(*(ptr)) _old = (old), _new = (new); \
	HOST_EXCHANGE(); \
	__atomic_compare_exchange_n((ptr), &_old, _new, false, \
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
	_old; \
})

#endif /* XEN_HOST_ASM_SYNC_BITOPS_H */
