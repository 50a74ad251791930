/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The balloon's arithmetic: from what the toolstack asks for to what is done
 * next. Pure. All amounts are pages of the kernel unless a name says else.
 */
#ifndef XEN_MEMORY_TARGET_H
#define XEN_MEMORY_TARGET_H

#include <linux/types.h>

struct balloon_stats;

/**
 * balloon_overhead() - what the toolstack counts and the guest never saw
 * @boot: RAM that the guest started with
 * @target: what the store named first
 * @static_max: the most that it may ever have; 0 if the store doesn't say
 *
 * The store's numbers may include memory of the domain that is no RAM of the
 * guest. What @static_max is larger by is this part, unless the guest was
 * built with less than its maximum: then @target is what it was built with.
 *
 * Return: pages to take off each target.
 */
unsigned long balloon_overhead(unsigned long boot, unsigned long target,
			       unsigned long static_max);

/**
 * balloon_target() - a target of the store, in pages of RAM
 * @kib: what the store says
 * @overhead: see balloon_overhead()
 * @page_shift: of a page of the kernel
 *
 * Return: pages, 0 if all of it is overhead.
 */
unsigned long balloon_target(u64 kib, unsigned long overhead,
			     unsigned int page_shift);

/**
 * balloon_spare() - how many pages can be taken from the guest
 * @available: what the kernel thinks it could still use
 * @total: RAM with an empty balloon
 *
 * Return: pages, such that the guest itself can go on.
 */
unsigned long balloon_spare(unsigned long available, unsigned long total);

/**
 * struct balloon_state - what the next step depends on
 * @target: how much RAM there shall be
 * @current_pages: how much there is
 * @total: how much there would be with an empty balloon
 * @empty: pages in the balloon
 * @available: how much the kernel thinks it could still use
 * @batch: the most that one step may do
 * @can_grow: whether pages can be added to those that there are
 */
struct balloon_state {
	unsigned long target;
	unsigned long current_pages;
	unsigned long total;
	unsigned long empty;
	unsigned long available;
	unsigned long batch;
	bool can_grow;
};

enum balloon_act {
	BALLOON_REST,	/* there is nothing to do */
	BALLOON_FILL,	/* get memory for pages in the balloon */
	BALLOON_EMPTY,	/* take pages from the guest, give their memory away */
	BALLOON_GROW,	/* the guest needs more pages than it has */
	BALLOON_STUCK,	/* something to do, and no way to do it now */
};

/**
 * struct balloon_step - what to do next
 * @act: what
 * @pages: with how many
 */
struct balloon_step {
	enum balloon_act act;
	unsigned long pages;
};

/**
 * balloon_next_step() - what brings the guest nearer to its target
 * @state: where it is
 *
 * Return: one step; the next is another question.
 */
struct balloon_step balloon_next_step(const struct balloon_state *state);

/**
 * balloon_retry() - after a step that failed
 * @stats: whose delay and count advance; they start anew when it gives up
 *
 * Return: false after max_retry_count tries in a row.
 */
bool balloon_retry(struct balloon_stats *stats);

/**
 * balloon_progress() - after a step that did something
 * @stats: whose delay and count start anew
 */
void balloon_progress(struct balloon_stats *stats);

#endif /* XEN_MEMORY_TARGET_H */
