/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel's Xen interface headers need of the kernel, so that they
 * compile without a configured tree.
 */
#ifndef _ABI_LINUX_TYPES_H
#define _ABI_LINUX_TYPES_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef uint8_t __u8;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef uint64_t __u64;
typedef uint64_t aligned_u64 __attribute__((__aligned__(8)));
typedef long ssize_t;

/* ring.h declares helpers with it; nothing here calls them. */
#define __packed	__attribute__((__packed__))
#define BITS_PER_LONG	(8 * __SIZEOF_LONG__)
#define virt_rmb()	do { } while (0)
#define virt_wmb()	do { } while (0)

typedef struct {
	unsigned int unused;
} spinlock_t;

/* As in <xen/page.h>: always 4 KiB, whatever the kernel has. */
#define XEN_PAGE_SIZE	4096UL

#endif /* _ABI_LINUX_TYPES_H */
