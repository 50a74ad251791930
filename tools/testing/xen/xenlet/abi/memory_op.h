/* SPDX-License-Identifier: GPL-2.0 */
/* XENMEM_* operations that take one structure, and those that go on later. */
#ifndef XENLET_ABI_MEMORY_OP_H
#define XENLET_ABI_MEMORY_OP_H

#include "abi.h"
#include <xen/memory.h>

/* Where a continuation keeps the number of elements that are done. */
#define MEMOP_EXTENT_SHIFT	6
#define MEMOP_CMD_MASK		((1U << MEMOP_EXTENT_SHIFT) - 1)
#define MEMOP_MAX_EXTENTS	(~0U >> MEMOP_EXTENT_SHIFT)

/** memory_reservation() - XENMEM_{increase,decrease}_reservation,
 * XENMEM_populate_physmap: extents done, errors give fewer than asked
 */
long memory_reservation(struct hypercall *call, u32 cmd, u32 start);

/** memory_add_to_physmap() - show a frame of xenlet's to a domain */
long memory_add_to_physmap(gva_t arg);
long memory_add_batch(struct hypercall *call, u32 start);
long memory_remove_from_physmap(gva_t arg);

#endif /* XENLET_ABI_MEMORY_OP_H */
