/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which grant references are free.
 *
 * Pure bookkeeping: no lock, no allocation, no hypercall. The table that owns
 * a struct grant_refs holds its lock around every call but grant_refs_pop()
 * and grant_refs_push(), which touch only a list that their caller owns.
 *
 * A reference is in use or free. Those in use can be chained into private
 * lists through a link of their own, so a driver can reserve many at once and
 * then take them one by one without the lock.
 */
#ifndef XEN_GRANT_REF_H
#define XEN_GRANT_REF_H

#include <linux/bitmap.h>
#include <linux/types.h>
#include <xen/interface/grant_table.h>

/* References per 4 KiB frame of a version 1 table. */
#define GRANT_FRAME_REFS	512

/* The end of a private list. */
#define GRANT_REF_END		((grant_ref_t)-1)

/**
 * struct grant_frame - the references of one frame of the table
 * @used: one bit a reference; those reserved for good are set too
 * @ending: one bit a reference that its owner ended while a peer used it
 * @free: how many bits of @used are clear
 * @next: the link of each reference, while it is in a private list; the frame
 *	that it shares, while its bit in @ending is set
 */
struct grant_frame {
	DECLARE_BITMAP(used, GRANT_FRAME_REFS);
	DECLARE_BITMAP(ending, GRANT_FRAME_REFS);
	unsigned int free;
	grant_ref_t next[GRANT_FRAME_REFS];
};

/**
 * struct grant_refs - all references of a table
 * @frames: @max_frames pointers, of which the first @nr_frames are set
 * @nr_frames: frames added so far
 * @max_frames: frames that there can be
 * @free: free references in all frames
 * @hint: no frame below this one has a free reference
 */
struct grant_refs {
	struct grant_frame **frames;
	unsigned int nr_frames;
	unsigned int max_frames;
	unsigned int free;
	unsigned int hint;
};

static inline unsigned int grant_refs_size(const struct grant_refs *refs)
{
	return refs->nr_frames * GRANT_FRAME_REFS;
}

void grant_refs_init(struct grant_refs *refs, struct grant_frame **frames,
		     unsigned int max_frames);
int grant_refs_add(struct grant_refs *refs, struct grant_frame *frame);
bool grant_refs_in_use(const struct grant_refs *refs, grant_ref_t ref);

int grant_refs_take(struct grant_refs *refs, unsigned int count,
		    grant_ref_t *head);
int grant_refs_take_run(struct grant_refs *refs, unsigned int count,
			grant_ref_t *first);
unsigned int grant_refs_tail(const struct grant_refs *refs);
bool grant_refs_put(struct grant_refs *refs, grant_ref_t ref);
unsigned int grant_refs_put_list(struct grant_refs *refs, grant_ref_t head);

bool grant_refs_end(struct grant_refs *refs, grant_ref_t ref, u32 gfn);
grant_ref_t grant_refs_ending(const struct grant_refs *refs, grant_ref_t from,
			      u32 *gfn);

int grant_refs_pop(struct grant_refs *refs, grant_ref_t *head);
bool grant_refs_push(struct grant_refs *refs, grant_ref_t *head,
		     grant_ref_t ref);

#endif /* XEN_GRANT_REF_H */
