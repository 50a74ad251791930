/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The only ways in which xenlet touches a guest's memory.
 *
 * By virtual address: for hypercall arguments, through the current vCPU's
 * own stage 1 and stage 2 with its EL1 permissions; a wild pointer gives
 * -EFAULT. By frame: for memory the guest has handed over.
 * All need the monitor lock.
 */
#ifndef XENLET_GUEST_ACCESS_H
#define XENLET_GUEST_ACCESS_H

#include <xenlet/types.h>

struct domain;
struct page;

int copy_from_guest(void *dst, gva_t src, size_t len);
int copy_to_guest(gva_t dst, const void *src, size_t len);

/** guest_frame_get() - the writable (or, with !write, readable) RAM frame at
 * @gfn of @d with a reference taken; NULL: there is none
 */
struct page *guest_frame_get(struct domain *d, gfn_t gfn, bool write);

/** guest_own_frame_get() - the same, for what xenlet writes to for good: RAM,
 * or a frame that xenlet shows to @d; the guest may take it out of its map,
 * and xenlet then writes to memory that is nobody's
 */
struct page *guest_own_frame_get(struct domain *d, gfn_t gfn);

/** guest_phys_read() - read @len bytes at @gpa of @d; -EFAULT on a hole */
int guest_phys_read(struct domain *d, gpa_t gpa, void *dst, size_t len);
int guest_phys_write(struct domain *d, gpa_t gpa, const void *src, size_t len);

#endif /* XENLET_GUEST_ACCESS_H */
