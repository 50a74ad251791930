// SPDX-License-Identifier: GPL-2.0
/*
 * Owns xenlet's own stage 1: flat, so that a machine address is a pointer.
 * HYP's 4 GiB have the format of EL2's tables, and a root of four entries.
 * Text is read-only and executable, the rest of the image and all of RAM
 * never executable, devices are device memory. Built by the boot CPU before
 * it turns its MMU on, extended while it is alone, constant afterwards.
 */
#include <xenlet/cpu.h>
#include <xenlet/entry.h>
#include <xenlet/lib.h>
#include <xenlet/mmu.h>
#include <xenlet/sysreg.h>

#define ENTRIES		512
#define SPARE_TABLES	16

#define PTE_VALID	BIT(0)
#define PTE_TABLE	BIT(1)
#define PTE_ATTR(index)	((u64)(index) << 2)
#define PTE_AP_EL2	BIT(6)	/* RES1 at EL2 */
#define PTE_READONLY	BIT(7)
#define PTE_INNER	(3ULL << 8)
#define PTE_AF		BIT(10)
#define PTE_XN		BIT(54)
#define PTE_ADDR	0x0000fffffffff000ULL

#define GIB_SHIFT	30
#define MIB2_SHIFT	21
#define GIB		(1ULL << GIB_SHIFT)
#define BLOCK_SIZE	(1ULL << MIB2_SHIFT)

struct table {
	u64 entry[ENTRIES];
} __attribute__((aligned(4096)));

struct table mmu_root;
static struct table image_table;
static struct table spare[SPARE_TABLES];
static unsigned int nr_spare;

static u64 attributes(enum mmu_type type)
{
	u64 pte = PTE_VALID | PTE_AF | PTE_AP_EL2;

	switch (type) {
	case MMU_DEVICE:
		return pte | PTE_ATTR(MAIR_DEVICE) | PTE_XN;
	case MMU_TEXT:
		return pte | PTE_ATTR(MAIR_NORMAL) | PTE_INNER | PTE_READONLY;
	case MMU_RODATA:
		return pte | PTE_ATTR(MAIR_NORMAL) | PTE_INNER | PTE_READONLY |
			PTE_XN;
	default:
		return pte | PTE_ATTR(MAIR_NORMAL) | PTE_INNER | PTE_XN;
	}
}

static struct table *table_of(u64 *slot)
{
	if (!(*slot & PTE_VALID)) {
		if (nr_spare == SPARE_TABLES)
			panic("Out of tables for xenlet's own mapping");
		*slot = (uintptr_t)&spare[nr_spare++] | PTE_VALID | PTE_TABLE;
	}
	return (struct table *)(uintptr_t)(*slot & PTE_ADDR);
}

/* Only fresh entries are written, so no TLB can hold an older one. */
static void map_block(paddr_t pa, enum mmu_type type)
{
	u64 *gib = &mmu_root.entry[pa >> GIB_SHIFT];
	u64 *slot;

	if ((*gib & PTE_VALID) && !(*gib & PTE_TABLE))
		return;
	slot = &table_of(gib)->entry[(pa >> MIB2_SHIFT) % ENTRIES];
	if (!(*slot & PTE_VALID))
		*slot = pa | attributes(type);
}

void mmu_map(paddr_t base, u64 size, enum mmu_type type)
{
	paddr_t pa = base & ~(BLOCK_SIZE - 1);
	paddr_t end = base + size;

	if (end < base || end > MMU_LIMIT)
		panic("%llx..%llx is beyond what xenlet can map", base, end);
	while (pa < end) {
		u64 *gib = &mmu_root.entry[pa >> GIB_SHIFT];

		if (!(pa % GIB) && !(*gib & PTE_VALID) && end - pa >= GIB) {
			*gib = pa | attributes(type);
			pa += GIB;
		} else {
			map_block(pa, type);
			pa += BLOCK_SIZE;
		}
	}
	dsb_ishst();
	isb();
}

/*
 * The 2 MiB that the image is in, wherever in them the loader put it; what it
 * does not fill is RAM like any other.
 */
static void map_image(void)
{
	paddr_t base = (uintptr_t)__image_start & ~(BLOCK_SIZE - 1);
	paddr_t pa = base;
	u64 *slot;

	if ((uintptr_t)__image_end > base + BLOCK_SIZE)
		panic("The image lies across a 2 MiB boundary");
	for (; pa < base + BLOCK_SIZE; pa += PAGE_SIZE) {
		enum mmu_type type = MMU_RAM;

		if (pa < (uintptr_t)__image_start)
			type = MMU_RAM;
		else if (pa < (uintptr_t)__rodata_start)
			type = MMU_TEXT;
		else if (pa < (uintptr_t)__data_start)
			type = MMU_RODATA;
		image_table.entry[(pa >> PAGE_SHIFT) % ENTRIES] =
			pa | attributes(type) | PTE_TABLE;
	}
	slot = &table_of(&mmu_root.entry[base >> GIB_SHIFT])->
		entry[(base >> MIB2_SHIFT) % ENTRIES];
	*slot = (uintptr_t)&image_table | PTE_VALID | PTE_TABLE;
}

/*
 * The least that C needs: the image, the device tree (at most 2 MiB, which
 * may cross a block), and the UART of QEMU's virt machine for a message that
 * there is no device tree to find another with. MMU still off.
 */
void mmu_prepare(paddr_t fdt)
{
	map_image();
	if (fdt && fdt < MMU_LIMIT - 2 * BLOCK_SIZE)
		mmu_map(fdt, BLOCK_SIZE, MMU_RAM);
	mmu_map(MMU_FALLBACK_UART, PAGE_SIZE, MMU_DEVICE);

	/* What was written around the caches must not hide behind them. */
	for (const char *p = __image_start; p < __image_end; p += 64)
		cache_forget(p);
	dsb_sy();
}
