// SPDX-License-Identifier: GPL-2.0
/*
 * Owns a ring of exits for each physical CPU, written only by that CPU.
 */
#include <xenlet/arch_domain.h>
#include <xenlet/cpu.h>
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/trace.h>

#define ENTRIES		256	/* a power of two */
#define LINE_MAX	100

/** struct entry - @ns: when the vCPU was entered, before this exit */
struct entry {
	u64 ns;
	u64 pc;
	u32 info;
	u8 domid, vcpu, exit;
};

static struct {
	u32 next;
	struct entry entry[ENTRIES];
} rings[MAX_CPUS];

static const char *const names[EXIT_CLASSES] = {
	[EXIT_IRQ] = "irq",
	[EXIT_HYPERCALL] = "hypercall",
	[EXIT_FIRMWARE] = "firmware",
	[EXIT_WAIT] = "wait",
	[EXIT_SYSREG] = "sysreg",
	[EXIT_MMIO] = "mmio",
	[EXIT_FAULT] = "fault",
	[EXIT_OTHER] = "other",
};

const char *exit_class_name(enum exit_class exit)
{
	return exit < EXIT_CLASSES ? names[exit] : "?";
}

void trace_exit(const struct vcpu *v, enum exit_class exit, u32 info)
{
	u32 next = rings[cpu_id()].next++;

	rings[cpu_id()].entry[next % ENTRIES] = (struct entry){
		.ns = this_cpu()->now,
		.pc = v->arch.regs.pc,
		.info = info,
		.domid = v->domain->domid,
		.vcpu = v->id,
		.exit = exit,
	};
}

void trace_show(unsigned int cpu, unsigned int count,
		void (*emit)(const char *line))
{
	u32 next = rings[cpu].next;
	u32 i = next - MIN(MIN(count, (u32)ENTRIES), next);
	char line[LINE_MAX];

	for (; i != next; i++) {
		const struct entry *e = &rings[cpu].entry[i % ENTRIES];

		snprintf(line, sizeof(line),
			 "trace %u %llu us d%uv%u %s %x at %llx", cpu,
			 e->ns / 1000, e->domid, e->vcpu,
			 exit_class_name(e->exit), e->info, e->pc);
		emit(line);
	}
}

static void print_line(const char *line)
{
	printk("  %s", line);
}

void trace_dump(unsigned int count)
{
	trace_show(cpu_id(), count, print_line);
}
