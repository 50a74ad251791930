// SPDX-License-Identifier: GPL-2.0
/*
 * Versatile Express (Arm DUI 0447J, 4.3 and 4.4), which has no PSCI: all CPUs
 * wait for an address in SYS_FLAGS, and a configuration request switches off.
 *
 * Owns the note in which a CPU that comes out of that wait finds itself.
 */
#include <xenlet/arch.h>
#include <xenlet/board.h>
#include <xenlet/cpu.h>
#include <xenlet/gic.h>
#include <xenlet/machine.h>
#include <xenlet/mmio.h>
#include <xenlet/sysreg.h>

#include "vexpress.h"

#define SYS_FLAGSSET		0x30
#define SYS_FLAGSCLR		0x34
#define SYS_CFGDATA		0xa0
#define SYS_CFGCTRL		0xa4

#define CFGCTRL_START		(1U << 31)
#define CFGCTRL_WRITE		(1U << 30)
#define CFGCTRL_FUNCTION(f)	((u32)(f) << 20)
#define SHUTDOWN		8
#define REBOOT			9

struct vexpress_note vexpress_note;

static void write_reg(unsigned int reg, u32 value)
{
	mmio_write32(the_machine->sysreg + reg, value);
}

/* Only the CPU that is meant goes on from woken_cpu(). */
static long cpu_on(unsigned int cpu)
{
	vexpress_note.cpu = &cpus[cpu];
	vexpress_note.mpidr = the_machine->mpidr[cpu];
	arch_clean(&vexpress_note, sizeof(vexpress_note));
	write_reg(SYS_FLAGSCLR, ~0U);
	write_reg(SYS_FLAGSSET, (uintptr_t)woken_cpu);
	dsb_sy();
	asm volatile("sev" : : : "memory");
	mmio_write32(the_machine->gicd + GICD_SGIR,
		     1U << (16 + cpu) | SGI_KICK);
	return 0;
}

static void request(unsigned int function)
{
	write_reg(SYS_CFGDATA, 0);
	write_reg(SYS_CFGCTRL, CFGCTRL_START | CFGCTRL_WRITE |
		  CFGCTRL_FUNCTION(function));
}

static void reset(void)
{
	request(REBOOT);
}

static void off(void)
{
	request(SHUTDOWN);
}

static const struct board vexpress_board = {
	.cpu_on	= cpu_on,
	.reset	= reset,
	.off	= off,
};

const struct board *arch_board(void)
{
	return the_machine->sysreg ? &vexpress_board : &psci_board;
}
