// SPDX-License-Identifier: GPL-2.0
/* The interrupt controller as far as events need it: GICv3. */
#include "event.h"

#define GICD_CTLR		0x0000
#define GICD_TYPER		0x0004
#define GICD_IROUTER		0x6000
#define GICD_PIDR2		0xffe8
#define CTLR_GROUP1		(1U << 1)
#define CTLR_ARE		(1U << 4)

#define GICR_TYPER		0x0008
#define GICR_WAKER		0x0014
#define GICR_SIZE		0x20000
#define SGI_FRAME		0x10000
#define ISENABLER0		0x0100
#define ICENABLER0		0x0180
#define ISPENDR0		0x0200
#define IPRIORITYR		0x0400

#define TYPER_LAST		(1UL << 4)
#define WAKER_ASLEEP		(1U << 2)

#define SPURIOUS		1023
#define SGI			7
#define OTHERS			(1UL << 40)

#define read_icc(name) ({ \
	uint64_t _value; \
	asm volatile("mrs %0, " name : "=r"(_value) : : "memory"); \
	_value; \
})
#define write_icc(value, name) ({ \
	asm volatile("msr " name ", %0\n\tisb" : : \
		     "r"((uint64_t)(value)) : "memory"); \
})

static uint32_t read32(uint64_t at)
{
	return *(volatile uint32_t *)(uintptr_t)at;
}

static uint64_t read64(uint64_t at)
{
	return *(volatile uint64_t *)(uintptr_t)at;
}

static void write32(uint64_t at, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)at = value;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static uint64_t redistributor(unsigned int vcpu)
{
	return env->gicr + vcpu * GICR_SIZE;
}

static uint64_t private(unsigned int reg)
{
	return redistributor(0) + SGI_FRAME + reg;
}

static void distributor(void)
{
	expect(read32(env->gicd + GICD_PIDR2) >> 4 & 15, 3,
	       "the distributor is a GICv3's");
	write32(env->gicd + GICD_CTLR, CTLR_ARE | CTLR_GROUP1);
	expect(read32(env->gicd + GICD_CTLR) & (CTLR_ARE | CTLR_GROUP1),
	       CTLR_ARE | CTLR_GROUP1, "it can be enabled");
	check((read32(env->gicd + GICD_TYPER) >> 19 & 31) >= 9,
	      "its numbers have ten bits at least");
	expect(read64(env->gicd + GICD_IROUTER + 8 * 32) & 0xff00ffffffUL, 0,
	       "a shared interrupt goes to vCPU 0");
}

static void redistributors(uint32_t upcall)
{
	uint64_t first = read64(redistributor(0) + GICR_TYPER);
	uint64_t second = read64(redistributor(1) + GICR_TYPER);

	expect(first >> 32, 0, "the first redistributor is vCPU 0's");
	check(!(first & TYPER_LAST), "and not the last");
	expect(second >> 32, 1, "the second is vCPU 1's");
	check(second & TYPER_LAST, "and is");
	write32(redistributor(0) + GICR_WAKER, 0);
	check(!(read32(redistributor(0) + GICR_WAKER) & WAKER_ASLEEP),
	      "it is awake");
	write32(private(ICENABLER0), upcall);
	check(!(read32(private(ISENABLER0)) & upcall),
	      "the upcall can be disabled");
	write32(private(ISENABLER0), upcall);
	check(read32(private(ISENABLER0)) & upcall, "and enabled");
	*(volatile uint8_t *)(uintptr_t)(private(IPRIORITYR) +
					 env->upcall_irq) = 0x80;
	expect(*(volatile uint8_t *)(uintptr_t)(private(IPRIORITYR) +
						env->upcall_irq), 0x80,
	       "priorities are bytes");
}

static void interface_on(void)
{
	check(read_icc("icc_sre_el1") & 1, "system registers are enabled");
	write_icc(0, "icc_sre_el1");
	check(read_icc("icc_sre_el1") & 1, "and stay so");
	write_icc(0xff, "icc_pmr_el1");
	write_icc(0, "icc_ctlr_el1");
	write_icc(1, "icc_igrpen1_el1");
	expect(read_icc("icc_iar1_el1"), SPURIOUS, "nothing is pending");
}

/* Interrupts stay masked in the CPU: the interface tells what is pending. */
static void delivery(void)
{
	struct shared_info *info = shared_info_map();
	evtchn_port_t port;

	bind_ipi(0, &port);
	clear_bit(info->evtchn_mask, port);
	info->vcpu_info[0].evtchn_pending_sel = 0;
	info->vcpu_info[0].evtchn_upcall_pending = 0;
	send(port);
	cpu_wait();
	expect(read_icc("icc_iar1_el1"), env->upcall_irq,
	       "a pending upcall ends a WFI and can be acknowledged");
	info->vcpu_info[0].evtchn_upcall_pending = 0;
	info->vcpu_info[0].evtchn_pending_sel = 0;
	clear_bit(info->evtchn_pending, port);
	write_icc(env->upcall_irq, "icc_eoir1_el1");
	expect(read_icc("icc_iar1_el1"), SPURIOUS,
	       "it is over when the flag is cleared");
	send(port);
	expect(read_icc("icc_iar1_el1"), env->upcall_irq,
	       "the next event makes another");
	write_icc(env->upcall_irq, "icc_eoir1_el1");
	close_port(port);
}

static void sgis(void)
{
	write32(private(ISENABLER0), 1U << SGI);
	write_icc((uint64_t)SGI << 24 | 1, "icc_sgi1r_el1");
	expect(read_icc("icc_iar1_el1"), SGI, "an SGI to oneself arrives");
	write_icc(SGI, "icc_eoir1_el1");
	write_icc((uint64_t)SGI << 24 | OTHERS, "icc_sgi1r_el1");
	expect(read_icc("icc_iar1_el1"), SPURIOUS,
	       "one to all others does not");
	write_icc((uint64_t)SGI << 24 | 1UL << 16 | 1, "icc_sgi1r_el1");
	expect(read_icc("icc_iar1_el1"), SPURIOUS,
	       "nor one to another cluster");
	write32(private(ISPENDR0), 1U << env->upcall_irq);
	expect(read_icc("icc_iar1_el1"), env->upcall_irq,
	       "an interrupt can be made pending");
	write_icc(env->upcall_irq, "icc_eoir1_el1");
}

static volatile bool listening;
static volatile uint64_t heard;

/* On vCPU 1 */
static void listen(void)
{
	uint64_t end = now_ns() + 5000000000UL;

	write32(redistributor(1) + SGI_FRAME + ISENABLER0, 1U << SGI);
	write_icc(0xff, "icc_pmr_el1");
	write_icc(1, "icc_igrpen1_el1");
	listening = true;
	do {
		heard = read_icc("icc_iar1_el1");
	} while (heard == SPURIOUS && now_ns() < end);
	write_icc(heard, "icc_eoir1_el1");
}

static void tell(void)
{
	uint64_t end = now_ns() + 5000000000UL;

	while (!listening && now_ns() < end)
		;
	write_icc((uint64_t)SGI << 24 | 1 << 1, "icc_sgi1r_el1");
}

static void between_vcpus(void)
{
	if (!smp_start()) {
		report(SKIP, "an SGI crosses over", "there is only one vCPU");
		return;
	}
	check(smp_race(tell, listen), "sender and receiver come to an end");
	expect(heard, SGI, "an SGI crosses over");
}

void test_main(void)
{
	if (!env->gicr || !env->upcall_irq) {
		report(SKIP, "the interrupt controller", "it is no GICv3");
		return;
	}
	distributor();
	redistributors(1U << env->upcall_irq);
	interface_on();
	delivery();
	sgis();
	between_vcpus();
}
