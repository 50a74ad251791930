/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stands in for the kernel's header on the host. A test that wants to play
 * the other side at a barrier defines HOST_BARRIER() before it includes the
 * file under test.
 */
#ifndef XEN_HOST_ASM_BARRIER_H
#define XEN_HOST_ASM_BARRIER_H

#ifndef HOST_BARRIER
#define HOST_BARRIER()	__atomic_thread_fence(__ATOMIC_SEQ_CST)
#endif

/* Each pairs with the test that plays the other side. */
#define virt_mb()	HOST_BARRIER()
/* Likewise. */
#define virt_rmb()	HOST_BARRIER()
/* Likewise. */
#define virt_wmb()	HOST_BARRIER()

#endif /* XEN_HOST_ASM_BARRIER_H */
