// SPDX-License-Identifier: GPL-2.0
/*
 * Which grant references are free: a bitmap and a count for each frame.
 *
 * The lowest free reference is taken first, so a guest that needs few grants
 * stays within the first frame, and runs of consecutive references stay
 * available above. See ref.h for who may call what.
 */
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/minmax.h>

#include "ref.h"

static struct grant_frame *frame_of(const struct grant_refs *refs,
				    grant_ref_t ref)
{
	return refs->frames[ref / GRANT_FRAME_REFS];
}

static grant_ref_t *link_of(const struct grant_refs *refs, grant_ref_t ref)
{
	return &frame_of(refs, ref)->next[ref % GRANT_FRAME_REFS];
}

/**
 * grant_refs_init() - start with no reference at all
 * @refs: what to set up
 * @frames: room for @max_frames pointers, which @refs borrows
 * @max_frames: how far the table may grow
 */
void grant_refs_init(struct grant_refs *refs, struct grant_frame **frames,
		     unsigned int max_frames)
{
	*refs = (struct grant_refs) {
		.frames = frames,
		.max_frames = max_frames,
	};
}

/**
 * grant_refs_add() - grow by one frame
 * @refs: the references
 * @frame: with the bits of @frame->used set that shall never be handed out;
 *	borrowed until @refs is dropped
 *
 * Return: 0, or -ENOSPC if @refs has all the frames it can have.
 */
int grant_refs_add(struct grant_refs *refs, struct grant_frame *frame)
{
	if (refs->nr_frames == refs->max_frames)
		return -ENOSPC;

	frame->free = GRANT_FRAME_REFS -
		      bitmap_weight(frame->used, GRANT_FRAME_REFS);
	refs->frames[refs->nr_frames++] = frame;
	refs->free += frame->free;
	return 0;
}

bool grant_refs_in_use(const struct grant_refs *refs, grant_ref_t ref)
{
	return ref < grant_refs_size(refs) &&
	       test_bit(ref % GRANT_FRAME_REFS, frame_of(refs, ref)->used);
}

static void mark_used(struct grant_refs *refs, grant_ref_t ref)
{
	struct grant_frame *frame = frame_of(refs, ref);

	__set_bit(ref % GRANT_FRAME_REFS, frame->used);
	frame->free--;
	refs->free--;
}

/* The caller made sure that there is one. */
static grant_ref_t take_lowest(struct grant_refs *refs)
{
	struct grant_frame *frame;
	grant_ref_t ref;

	while (!refs->frames[refs->hint]->free)
		refs->hint++;

	frame = refs->frames[refs->hint];
	ref = refs->hint * GRANT_FRAME_REFS +
	      find_first_zero_bit(frame->used, GRANT_FRAME_REFS);
	mark_used(refs, ref);
	return ref;
}

/**
 * grant_refs_take() - reserve references, as a private list
 * @refs: the references
 * @count: how many; none gives an empty list
 * @head: the list's head, or GRANT_REF_END
 *
 * Return: 0, or -ENOSPC with nothing taken.
 */
int grant_refs_take(struct grant_refs *refs, unsigned int count,
		    grant_ref_t *head)
{
	grant_ref_t *link = head;

	if (count > refs->free)
		return -ENOSPC;

	while (count--) {
		*link = take_lowest(refs);
		link = link_of(refs, *link);
	}
	*link = GRANT_REF_END;
	return 0;
}

/* A run of free references, which may have begun in the frame before. */
struct run {
	grant_ref_t first;
	unsigned int len;
};

/* Follow @run through frame @nr until it is @count long or the frame ends. */
static bool run_through(const struct grant_refs *refs, unsigned int nr,
			unsigned int count, struct run *run)
{
	const unsigned long *used = refs->frames[nr]->used;
	unsigned int from, to;

	for (to = 0; to < GRANT_FRAME_REFS && run->len < count;) {
		from = find_next_zero_bit(used, GRANT_FRAME_REFS, to);
		if (from != to || !run->len) {
			run->first = nr * GRANT_FRAME_REFS + from;
			run->len = 0;
		}
		to = find_next_bit(used, GRANT_FRAME_REFS, from);
		run->len += to - from;
		if (to < GRANT_FRAME_REFS && run->len < count)
			run->len = 0;
	}
	return run->len >= count;
}

/**
 * grant_refs_take_run() - reserve consecutive references
 * @refs: the references
 * @count: how many, at least one
 * @first: the lowest of them
 *
 * They are not in a list; each is given back by grant_refs_put().
 *
 * Return: 0, or -ENOSPC with nothing taken.
 */
int grant_refs_take_run(struct grant_refs *refs, unsigned int count,
			grant_ref_t *first)
{
	struct run run = { .len = 0 };
	unsigned int i;

	if (!count || count > refs->free)
		return -ENOSPC;

	for (i = refs->hint; i < refs->nr_frames; i++)
		if (run_through(refs, i, count, &run))
			break;
	if (i == refs->nr_frames)
		return -ENOSPC;

	for (i = 0; i < count; i++) {
		mark_used(refs, run.first + i);
		*link_of(refs, run.first + i) = GRANT_REF_END;
	}
	*first = run.first;
	return 0;
}

/**
 * grant_refs_tail() - how many consecutive references are free at the end
 * @refs: the references
 *
 * Return: what a frame added now would make a longer run of.
 */
unsigned int grant_refs_tail(const struct grant_refs *refs)
{
	unsigned int tail = 0, last, nr;

	for (nr = refs->nr_frames; nr--;) {
		last = find_last_bit(refs->frames[nr]->used, GRANT_FRAME_REFS);
		if (last < GRANT_FRAME_REFS)
			return tail + GRANT_FRAME_REFS - 1 - last;
		tail += GRANT_FRAME_REFS;
	}
	return tail;
}

/**
 * grant_refs_put() - give a reference back
 * @refs: the references
 * @ref: one that is in use and not reserved
 *
 * Return: false, with nothing changed, if @ref is not such a reference.
 */
bool grant_refs_put(struct grant_refs *refs, grant_ref_t ref)
{
	struct grant_frame *frame;

	if (ref < GNTTAB_NR_RESERVED_ENTRIES || !grant_refs_in_use(refs, ref))
		return false;

	frame = frame_of(refs, ref);
	__clear_bit(ref % GRANT_FRAME_REFS, frame->used);
	__clear_bit(ref % GRANT_FRAME_REFS, frame->ending);
	frame->free++;
	refs->free++;
	refs->hint = min(refs->hint, ref / GRANT_FRAME_REFS);
	return true;
}

/**
 * grant_refs_put_list() - give a private list back
 * @refs: the references
 * @head: its head
 *
 * A damaged list ends at the first reference that is not in use, so this
 * comes to an end whatever it is given.
 *
 * Return: how many references came back.
 */
unsigned int grant_refs_put_list(struct grant_refs *refs, grant_ref_t head)
{
	unsigned int count = 0;
	grant_ref_t next;

	for (; head != GRANT_REF_END; head = next) {
		if (!grant_refs_in_use(refs, head))
			break;
		next = *link_of(refs, head);
		if (!grant_refs_put(refs, head))
			break;
		count++;
	}
	return count;
}

/**
 * grant_refs_pop() - take one reference off a private list
 * @refs: the references
 * @head: the list's head
 *
 * Return: the reference, or -ENOSPC if the list is empty.
 */
int grant_refs_pop(struct grant_refs *refs, grant_ref_t *head)
{
	grant_ref_t ref = *head;

	if (ref >= grant_refs_size(refs))
		return -ENOSPC;
	*head = *link_of(refs, ref);
	return ref;
}

/**
 * grant_refs_push() - put a reference in use onto a private list
 * @refs: the references
 * @head: the list's head
 * @ref: the reference
 *
 * Return: false, with nothing changed, if there is no such reference.
 */
bool grant_refs_push(struct grant_refs *refs, grant_ref_t *head,
		     grant_ref_t ref)
{
	if (ref >= grant_refs_size(refs))
		return false;
	*link_of(refs, ref) = *head;
	*head = ref;
	return true;
}

/**
 * grant_refs_end() - remember a reference that a peer still uses
 * @refs: the references
 * @ref: one in use, in no private list
 * @gfn: the frame that it shares
 *
 * Return: false, with nothing changed, if @ref isn't in use or is remembered
 * already.
 */
bool grant_refs_end(struct grant_refs *refs, grant_ref_t ref, u32 gfn)
{
	if (!grant_refs_in_use(refs, ref) ||
	    __test_and_set_bit(ref % GRANT_FRAME_REFS,
			       frame_of(refs, ref)->ending))
		return false;
	*link_of(refs, ref) = gfn;
	return true;
}

/**
 * grant_refs_ending() - walk those that grant_refs_end() remembers
 * @refs: the references
 * @from: where to start
 * @gfn: the frame that the reference shares
 *
 * Return: the lowest that is not below @from, or GRANT_REF_END.
 */
grant_ref_t grant_refs_ending(const struct grant_refs *refs, grant_ref_t from,
			      u32 *gfn)
{
	unsigned int nr = from / GRANT_FRAME_REFS;
	unsigned int bit = from % GRANT_FRAME_REFS;

	for (; nr < refs->nr_frames; nr++, bit = 0) {
		bit = find_next_bit(refs->frames[nr]->ending,
				    GRANT_FRAME_REFS, bit);
		if (bit < GRANT_FRAME_REFS) {
			*gfn = refs->frames[nr]->next[bit];
			return nr * GRANT_FRAME_REFS + bit;
		}
	}
	return GRANT_REF_END;
}
