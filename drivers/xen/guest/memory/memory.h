/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory: what the domain has of it, and space without any.
 *
 * Locks: balloon.lock covers the balloon and balloon_stats but for target
 * and the limits that user space sets; unpopulated.lock covers the chunks.
 * Both are mutexes, neither is taken under the other.
 */
#ifndef XEN_MEMORY_MEMORY_H
#define XEN_MEMORY_MEMORY_H

#include <linux/errno.h>
#include <linux/types.h>

struct page;
struct seq_file;

/* How many pages a step of the balloon handles: one hypercall. */
#define BALLOON_BATCH	512

/* balloon.c */
void balloon_init(void);
void balloon_exit(void);
void balloon_show(struct seq_file *m);

/**
 * balloon_add() - pages that came into being without memory
 * @page: the first
 * @count: how many
 *
 * Process context, without the balloon's lock.
 */
void balloon_add(struct page *page, unsigned long count);

/* hotplug.c */
#ifdef CONFIG_XEN_BALLOON_MEMORY_HOTPLUG
/**
 * memory_grow() - add pages without memory to the guest
 * @pages: at least how many
 *
 * They come to the balloon when they are set online, which user space may
 * have to do. Process context, without the balloon's lock.
 *
 * Return: how many were added, or a negative errno.
 */
long memory_grow(unsigned long pages);
/** memory_can_grow() - whether memory_grow() may ever succeed */
bool memory_can_grow(void);
void memory_hotplug_init(void);
void memory_hotplug_exit(void);
#else
static inline long memory_grow(unsigned long pages)
{
	return -EOPNOTSUPP;
}

static inline bool memory_can_grow(void)
{
	return false;
}

static inline void memory_hotplug_init(void)
{
}

static inline void memory_hotplug_exit(void)
{
}
#endif

/* unpopulated.c */
#ifdef CONFIG_XEN_UNPOPULATED_ALLOC
void unpopulated_exit(void);
void unpopulated_show(struct seq_file *m);
#else
static inline void unpopulated_exit(void)
{
}

static inline void unpopulated_show(struct seq_file *m)
{
}
#endif

#endif /* XEN_MEMORY_MEMORY_H */
