/* SPDX-License-Identifier: GPL-2.0 */
/* Memory barriers towards the other end of a shared ring. */
#ifndef XENLET_BARRIER_H
#define XENLET_BARRIER_H

/* all accesses before, then all after */
#define smp_mb()	__atomic_thread_fence(__ATOMIC_SEQ_CST)
/* reads before, then accesses after */
#define smp_rmb()	__atomic_thread_fence(__ATOMIC_ACQUIRE)
/* accesses before, then writes after */
#define smp_wmb()	__atomic_thread_fence(__ATOMIC_RELEASE)

#endif /* XENLET_BARRIER_H */
