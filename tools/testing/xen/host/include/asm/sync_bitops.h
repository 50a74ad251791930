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

static inline uint16_t sync_cmpxchg(uint16_t *ptr, uint16_t old, uint16_t new)
{
	HOST_EXCHANGE();
	__atomic_compare_exchange_n(ptr, &old, new, false, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return old;
}

#endif /* XEN_HOST_ASM_SYNC_BITOPS_H */
