// SPDX-License-Identifier: GPL-2.0
/*
 * Bring-up, in the order that each part needs the ones before it.
 */
#include <libfdt.h>
#include <xenlet/arch.h>
#include <xenlet/arch_start.h>
#include <xenlet/build.h>
#include <xenlet/config_read.h>
#include <xenlet/cpu.h>
#include <xenlet/gic.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/machine_read.h>
#include <xenlet/page.h>
#include <xenlet/run.h>
#include <xenlet/service.h>
#include <xenlet/uart.h>
#include <xenlet/work.h>

#define LEAST_MEMORY	(32UL << 20)

static struct range_list claims;
static struct config_set set;

static void read_machine(const void *fdt)
{
	const char *lacking;

	if (!fdt || fdt_check_header(fdt))
		arch_boot_console();
	if (!fdt)
		panic("No device tree: x0 was 0 at entry");
	if (fdt_check_header(fdt))
		panic("No device tree: x0 was %p at entry, no tree is there",
		      fdt);
	lacking = machine_read(fdt);
	if (the_machine->uart) {
		arch_map_device(the_machine->uart);
		uart_init(the_machine->uart);
	} else {
		arch_boot_console();
	}
	if (lacking)
		panic("The device tree is not usable: %s", lacking);
	if (machine_memory() < LEAST_MEMORY)
		panic("%llu KiB of memory are too little",
		      machine_memory() >> 10);
}

/* What must not be handed out: ourselves, the tree, what it reserves. */
static void claim_used(const void *fdt)
{
	uint64_t base, size;	/* as libfdt has them */
	int i;

	range_claim(&claims, arch_image_base(), arch_image_size(), false,
		    "xenlet");
	range_claim(&claims, (uintptr_t)fdt & PAGE_MASK,
		    ROUND_UP(fdt_totalsize(fdt) +
			     ((uintptr_t)fdt & ~PAGE_MASK), PAGE_SIZE),
		    false, "the device tree");
	for (i = 0; i < fdt_num_mem_rsv(fdt); i++)
		if (!fdt_get_mem_rsv(fdt, i, &base, &size) && size)
			range_claim(&claims, base, size, false,
				    "a reserved range");
}

static void init_memory(const void *fdt)
{
	unsigned int i;

	for (i = 0; i < the_machine->nr_banks; i++)
		arch_map_ram(the_machine->banks[i].base,
			     the_machine->banks[i].size);
	claim_used(fdt);
	config_read(fdt, the_machine->banks, the_machine->nr_banks,
		    the_machine->nr_cpus, &claims, &set);
	for (i = 0; i < the_machine->nr_banks; i++)
		range_free(&claims, &the_machine->banks[i], page_add_region);
}

static void init_devices(void)
{
	unsigned int i;

	arch_map_device(the_machine->gicd);
	if (the_machine->gic_version == 2) {
		arch_map_device(the_machine->gicc);
		arch_map_device(the_machine->gich);
	}
	for (i = 0; i < the_machine->gicr_size; i += 2U << 20)
		arch_map_device(the_machine->gicr + i);
	if (the_machine->v2m)
		arch_map_device(the_machine->v2m);
	if (the_machine->rtc)
		arch_map_device(the_machine->rtc);
	if (the_machine->sysreg)
		arch_map_device(the_machine->sysreg);
	for (i = 0; i < the_machine->nr_virtio; i++)
		arch_map_device(the_machine->virtio[i].base);
	gic_init();
	uart_enable_input(the_machine->uart_irq);
}

static void start_cpus(void)
{
	unsigned int i;

	for (i = 1; i < the_machine->nr_cpus; i++)
		if (arch_cpu_start(i))
			printk("CPU%u did not start", i);
}

static void queue_domains(void)
{
	unsigned int i;

	for (i = 0; i < set.nr_refused; i++)
		build_refused(set.refused[i].name, set.refused[i].why);
	for (i = 0; i < set.nr_domains; i++)
		build_queue(&set.domains[i]);
	if (!set.nr_domains)
		build_finished(NULL);
}

void xenlet_main(paddr_t fdt)
{
	unsigned int i;

	for (i = 0; i < MAX_CPUS; i++)
		cpu_init(&cpus[i], i);
	arch_boot_cpu_init();
	monitor_lock();
	read_machine(paddr_to_ptr(fdt));
	printk("xenlet: %u CPUs, %llu MiB", the_machine->nr_cpus,
	       machine_memory() >> 20);
	init_memory(paddr_to_ptr(fdt));
	init_devices();
	cpus[0].online = true;
	start_cpus();
	domain_init();
	services_init(set.store_in_dom0);
	harness_init();
	queue_domains();
	cpu_leave();
}
