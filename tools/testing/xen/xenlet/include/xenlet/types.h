/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The types that every part of xenlet speaks in.
 *
 * Addresses come in three kinds and never mix: paddr_t is what the machine's
 * bus sees, gpa_t is a guest's intermediate physical address (the input of
 * stage 2), gva_t is a guest's virtual address (the input of its stage 1).
 * xenlet's own mapping is flat: a paddr_t of RAM is also its pointer.
 */
#ifndef XENLET_TYPES_H
#define XENLET_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef unsigned long long u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef long long s64;

typedef u64 paddr_t;
typedef u64 gpa_t;
typedef u64 gva_t;
typedef u64 gfn_t;

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(u64)(PAGE_SIZE - 1))

#define GFN_INVALID	(~(gfn_t)0)

#endif /* XENLET_TYPES_H */
