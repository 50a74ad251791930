// SPDX-License-Identifier: GPL-2.0
/*
 * Pins: using an entry that a guest can change at any moment.
 *
 * Owns the active entries. Monitor lock held. The guest's flags and domid are
 * read and marked in one compare-and-swap, so that they were valid at the
 * moment of marking; the frame number is read once after that. While pins
 * exist, only the shadow is believed.
 */
#include "grant.h"

#include <xenlet/page.h>

#define SWAP_RETRIES	5
#define MAX_PINS	0xffff

/* The half of an entry that guards the other half. */
union guard {
	u32 word;
	struct {
		u16 flags;
		domid_t domid;
	};
};

static union guard *guard_of(struct grant_entry_v1 *entry)
{
	return (union guard *)entry;
}

static void clear_flags(struct grant_entry_v1 *entry, u16 flags)
{
	__atomic_fetch_and(&guard_of(entry)->flags, (u16)~flags,
			   __ATOMIC_SEQ_CST);
}

/* Mark the entry as in use. A pinned one keeps the user it was pinned for. */
static int mark(struct grant_entry_v1 *entry, bool pinned, domid_t user,
		bool write)
{
	union guard old, new;
	int tries;

	old.word = __atomic_load_n(&guard_of(entry)->word, __ATOMIC_ACQUIRE);
	for (tries = 0; tries <= SWAP_RETRIES; tries++) {
		if (!pinned &&
		    ((old.flags & GTF_type_mask) != GTF_permit_access ||
		     old.domid != user))
			return GNTST_general_error;
		if (write && (old.flags & GTF_readonly))
			return GNTST_general_error;
		new = old;
		new.flags |= GTF_reading | (write ? GTF_writing : 0);
		if (__atomic_compare_exchange_n(&guard_of(entry)->word,
						&old.word, new.word, false,
						__ATOMIC_SEQ_CST,
						__ATOMIC_ACQUIRE))
			return GNTST_okay;
	}
	return GNTST_general_error;
}

/* Take back what mark() set, as far as no other pin needs it. */
static void unmark(struct grant_entry_v1 *entry, const struct active *active)
{
	if (!active->writes)
		clear_flags(entry, GTF_writing);
	if (!active->writes && !active->reads)
		clear_flags(entry, GTF_reading);
}

static bool may_pin(const struct active *active, domid_t user)
{
	if (!active->page)
		return true;
	return active->user == user && active->reads < MAX_PINS &&
	       active->writes < MAX_PINS;
}

static int pin_entry(struct domain *owner, struct grant_entry_v1 *entry,
		     struct active *active, domid_t user, bool write)
{
	bool pinned = active->page;
	int status;

	if (!may_pin(active, user))
		return GNTST_general_error;
	if (!pinned || (write && !active->writes)) {
		status = mark(entry, pinned, user, write);
		if (status != GNTST_okay)
			return status;
	}
	if (!pinned) {
		active->page = guest_frame_get(owner, READ_ONCE(entry->frame),
					       write);
		if (!active->page) {
			unmark(entry, active);
			return GNTST_bad_page;
		}
		active->user = user;
	}
	if (write)
		active->writes++;
	else
		active->reads++;
	return GNTST_okay;
}

int grant_pin(struct domain *owner, grant_ref_t ref, domid_t user, bool write,
	      struct grant_pin *pin)
{
	struct grant_table *table = owner->grants;
	struct grant_entry_v1 *entry;
	struct active *active;
	int status;

	*pin = (struct grant_pin){ 0 };
	entry = table ? grant_entry(table, ref) : NULL;
	if (!entry)
		return GNTST_bad_gntref;
	active = grant_active(table, ref);
	status = pin_entry(owner, entry, active, user, write);
	if (status != GNTST_okay)
		return status;

	table->pins++;
	*pin = (struct grant_pin){
		.owner = owner, .page = active->page, .ref = ref,
		.data = page_to_ptr(active->page), .writable = write,
		.active = true,
	};
	return GNTST_okay;
}

void grant_release(struct domain *owner, grant_ref_t ref, bool writable)
{
	struct grant_table *table = owner->grants;
	struct active *active = grant_active(table, ref);

	if (writable)
		active->writes--;
	else
		active->reads--;
	table->pins--;
	unmark(grant_entry(table, ref), active);
	if (active->reads || active->writes)
		return;
	page_put(active->page);
	active->page = NULL;
}

void grant_unpin(struct grant_pin *pin)
{
	if (!pin->active)
		return;
	pin->active = false;
	grant_release(pin->owner, pin->ref, pin->writable);
}

unsigned int grant_pin_count(struct domain *d)
{
	return d->grants ? d->grants->pins : 0;
}
