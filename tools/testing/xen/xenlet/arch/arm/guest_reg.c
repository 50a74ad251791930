// SPDX-License-Identifier: GPL-2.0
/*
 * A guest's general registers by their numbers: SP and LR are those of the mode
 * that it is in, and in FIQ mode so are R8 to R12. The vCPU's are loaded.
 */
#include <xenlet/aarch32.h>
#include <xenlet/context.h>
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/sysreg.h>

#define REG_SP	13
#define REG_LR	14

/* One register of one mode, by the instructions that reach it. */
struct banked {
	u8 mode, reg;
	u32 (*read)(void);
	void (*write)(u32 value);
};

#define REGISTER(mode, reg, name) { mode, reg, read_##name, write_##name }

static const struct banked banked[] = {
	REGISTER(CPSR_USR, REG_SP, sp_usr),
	REGISTER(CPSR_SYS, REG_SP, sp_usr),
	REGISTER(CPSR_SVC, REG_SP, sp_svc),
	REGISTER(CPSR_SVC, REG_LR, lr_svc),
	REGISTER(CPSR_ABT, REG_SP, sp_abt),
	REGISTER(CPSR_ABT, REG_LR, lr_abt),
	REGISTER(CPSR_UND, REG_SP, sp_und),
	REGISTER(CPSR_UND, REG_LR, lr_und),
	REGISTER(CPSR_IRQ, REG_SP, sp_irq),
	REGISTER(CPSR_IRQ, REG_LR, lr_irq),
	REGISTER(CPSR_FIQ, 8, r8_fiq),
	REGISTER(CPSR_FIQ, 9, r9_fiq),
	REGISTER(CPSR_FIQ, 10, r10_fiq),
	REGISTER(CPSR_FIQ, 11, r11_fiq),
	REGISTER(CPSR_FIQ, 12, r12_fiq),
	REGISTER(CPSR_FIQ, REG_SP, sp_fiq),
	REGISTER(CPSR_FIQ, REG_LR, lr_fiq),
};

static const struct banked *find(const struct vcpu *v, unsigned int reg)
{
	unsigned int mode = v->arch.regs.pstate & CPSR_MODE;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(banked); i++)
		if (banked[i].mode == mode && banked[i].reg == reg)
			return &banked[i];
	return NULL;
}

u64 guest_reg(const struct vcpu *v, unsigned int reg)
{
	const struct cpu_regs *r = &v->arch.regs;
	const struct banked *b = find(v, reg);

	if (b)
		return b->read();
	if (reg == REG_LR)
		return r->lr;
	return reg < ARRAY_SIZE(r->r) ? r->r[reg] : 0;
}

void guest_reg_set(struct vcpu *v, unsigned int reg, u64 value)
{
	struct cpu_regs *r = &v->arch.regs;
	const struct banked *b = find(v, reg);

	if (b)
		b->write(value);
	else if (reg == REG_LR)
		r->lr = value;
	else if (reg < ARRAY_SIZE(r->r))
		r->r[reg] = value;
}
