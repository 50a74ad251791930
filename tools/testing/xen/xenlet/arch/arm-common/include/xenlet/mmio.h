/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest's access to an emulated device.
 */
#ifndef XENLET_MMIO_H
#define XENLET_MMIO_H

#include <xenlet/types.h>

struct vcpu;

/**
 * struct mmio_access - one load or store
 * @offset: from the start of the device's region
 * @size: bytes, 1 to 8
 * @value: stored, or to be loaded
 */
struct mmio_access {
	u32 offset;
	unsigned int size;
	bool write;
	u64 value;
};

/** mmio_dispatch() - false: no device is at @gpa, or it refuses */
bool mmio_dispatch(struct vcpu *v, gpa_t gpa, struct mmio_access *access);

/* MMIO of the machine's own devices. */
static inline u32 mmio_read32(paddr_t pa)
{
	return *(volatile u32 *)(uintptr_t)pa;
}

static inline void mmio_write32(paddr_t pa, u32 value)
{
	*(volatile u32 *)(uintptr_t)pa = value;
}

#endif /* XENLET_MMIO_H */
