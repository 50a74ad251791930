/* SPDX-License-Identifier: GPL-2.0 */
/* The registers that a vCPU has for itself, and that a test may change. */
#ifndef _XEN_GUEST_CONTEXT_REG_H
#define _XEN_GUEST_CONTEXT_REG_H

#include "test.h"

/**
 * struct context_reg - one of them
 * @name: the fact that it is kept
 * @mask: bits that hold any value
 */
struct context_reg {
	const char *name;
	uint64_t mask;
	void (*write)(uint64_t value);
	uint64_t (*read)(void);
};

/** CONTEXT_REG() - define its accessors, by an instruction each in which %0
 * (or %Q0, %R0) is a @type
 */
#define CONTEXT_REG(id, type, set, get) \
	static void write_##id(uint64_t value) \
	{ \
		asm volatile(set : : "r"((type)value)); \
	} \
	static uint64_t read_##id(void) \
	{ \
		type value; \
		\
		asm volatile(get : "=r"(value)); \
		return value; \
	}

#define CONTEXT_ROW(id, bits, text) \
	{ .name = text " is kept", .mask = (bits), .write = write_##id, \
	  .read = read_##id }

extern const struct context_reg context_regs[];
extern const unsigned int context_reg_count;

/** context_reg_prepare() - let this vCPU use them all */
void context_reg_prepare(void);

#endif /* _XEN_GUEST_CONTEXT_REG_H */
