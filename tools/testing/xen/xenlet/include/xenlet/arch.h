/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the core asks of the instruction set.
 */
#ifndef XENLET_ARCH_H
#define XENLET_ARCH_H

#include <xenlet/types.h>

struct domain;
struct vcpu;

/** arch_clear() - zero @size bytes; both multiples of 4 KiB */
void arch_clear(void *ptr, size_t size);
/** arch_clean() - write [ptr, ptr + size) back for observers without caches
 * and for instruction fetches
 */
void arch_clean(const void *ptr, size_t size);

/** arch_p2m_publish() - table entries written before are seen by walkers */
void arch_p2m_publish(void);
/** arch_p2m_flush() - forget what @vttbr's VMID translated: the frame at @gpa,
 * or all for ~0; on every CPU, complete on return
 */
void arch_p2m_flush(u64 vttbr, gpa_t gpa);

int arch_domain_init(struct domain *d);
void arch_domain_destroy(struct domain *d);
void arch_vcpu_init(struct vcpu *v);
void arch_vcpu_destroy(struct vcpu *v);
/** arch_domain_set_width() - before its first vCPU starts; false: this
 * machine has no such state
 */
bool arch_domain_set_width(struct domain *d, bool is_32bit);
/** arch_capabilities() - the kinds of guest, in Xen's words */
const char *arch_capabilities(void);
/** arch_vcpu_boot() - registers as a kernel expects at its entry */
void arch_vcpu_boot(struct vcpu *v, u64 entry, u64 dtb);
/** arch_vcpu_start() - registers as PSCI has them at an entry */
void arch_vcpu_start(struct vcpu *v, u64 entry, u64 arg);
/** arch_vcpu_dump() - registers on the console */
void arch_vcpu_dump(struct vcpu *v);
/** arch_vcpu_pending() - is an interrupt waiting that ends a WFI */
bool arch_vcpu_pending(struct vcpu *v);
/** arch_vcpu_spinning() - did the current vCPU just wait in a spinning loop */
bool arch_vcpu_spinning(const struct vcpu *v);
/** arch_vcpu_switch() - either may be NULL */
void arch_vcpu_switch(struct vcpu *prev, struct vcpu *next);
/** arch_vcpu_enter() - run @v; xenlet's stack is empty afterwards */
void arch_vcpu_enter(struct vcpu *v) __attribute__((noreturn));

/** arch_prepare_entry() - last step before arch_vcpu_enter() under the lock
 * @contended: other vCPUs wait for this CPU, so WFE should give it up
 */
void arch_prepare_entry(struct vcpu *v, bool contended);

/** arch_entry_due() - has @v anything for arch_prepare_entry() to do */
bool arch_entry_due(const struct vcpu *v);

/** arch_relax() - in a spinning loop; arch_unrelax() ends it on other CPUs */
void arch_relax(void);
void arch_unrelax(void);
/** arch_idle() - sleep until an interrupt, which stays pending */
void arch_idle(void);
/** arch_irq_poll() - take and handle one pending physical interrupt */
bool arch_irq_poll(void);
/** arch_kick() - interrupt physical CPU @cpu */
void arch_kick(unsigned int cpu);
/** arch_cpu_start() - bring physical CPU @cpu into cpu_main() */
int arch_cpu_start(unsigned int cpu);
/** arch_timer_program() - interrupt this CPU at @ns of time_ns(); 0: never */
void arch_timer_program(u64 ns);
/** arch_own_instructions() - how many were executed in xenlet; false: nobody
 * counts them, or there is more than one CPU
 */
bool arch_own_instructions(u64 *count);

#endif /* XENLET_ARCH_H */
