// SPDX-License-Identifier: GPL-2.0
/*
 * One grant entry, and a peer that acts at the worst moment: between the
 * guest's look at the flags and its exchange.
 */
#include <linux/types.h>

static void peer_acts(void);
static void at_barrier(void);

#define HOST_EXCHANGE()	peer_acts()
#define HOST_BARRIER()	at_barrier()

#include <string.h>

#include <linux/kernel.h>

#include "ktap.h"
#include "../../../../drivers/xen/guest/grant/entry.c"

static struct grant_entry_v1 entry;
static u16 peer_does[4];
static unsigned int peer_turn;
static bool complete_at_barrier;

/* What the peer does to the flags, one turn an exchange. */
static void peer_acts(void)
{
	if (peer_turn < ARRAY_SIZE(peer_does))
		entry.flags ^= peer_does[peer_turn++];
}

static void at_barrier(void)
{
	complete_at_barrier = entry.domid == 5 && entry.frame == 0x1234 &&
			      !entry.flags;
}

static void set(u16 flags, u16 first, u16 second)
{
	entry.flags = flags;
	peer_does[0] = first;
	peer_does[1] = second;
	peer_does[2] = 0;
	peer_turn = 0;
}

static void opening(void)
{
	memset(&entry, 0, sizeof(entry));
	ktap_ok(grant_entry_open(&entry, 5, 0x1234, false),
		"an entry can be opened");
	ktap_ok(complete_at_barrier,
		"domain and frame are there before the flags");
	ktap_ok(entry.flags == GTF_permit_access, "for reading and writing");
	grant_entry_open(&entry, 5, 0x1234, true);
	ktap_ok(entry.flags == (GTF_permit_access | GTF_readonly),
		"or for reading only");

	memset(&entry, 0, sizeof(entry));
	ktap_ok(!grant_entry_open(&entry, 5, 0x100000000UL, false) &&
		!entry.flags && !entry.frame,
		"a frame that doesn't fit is not granted as another");
}

static void closing(void)
{
	set(GTF_permit_access, 0, 0);
	ktap_ok(grant_entry_close(&entry) && !entry.flags,
		"an entry that nobody uses is closed");
	set(GTF_permit_access | GTF_reading, 0, 0);
	ktap_ok(!grant_entry_close(&entry) &&
		entry.flags == (GTF_permit_access | GTF_reading),
		"one that is being read stays open");
	set(GTF_permit_access | GTF_writing, 0, 0);
	ktap_ok(!grant_entry_close(&entry) &&
		entry.flags == (GTF_permit_access | GTF_writing),
		"one that is being written stays open");
	set(0, 0, 0);
	ktap_ok(grant_entry_close(&entry), "a closed one can be closed");
}

static void races(void)
{
	set(GTF_permit_access, GTF_reading, 0);
	ktap_ok(!grant_entry_close(&entry) && (entry.flags & GTF_reading),
		"a peer that maps after the look is seen");
	ktap_ok(peer_turn == 1, "and the entry is left alone");
	set(GTF_permit_access, GTF_reading | GTF_writing, 0);
	ktap_ok(!grant_entry_close(&entry) &&
		(entry.flags & GTF_permit_access),
		"a peer that maps for writing after the look is seen");
	/* A flag that says nothing of use makes it look again. */
	set(GTF_permit_access, GTF_PWT, 0);
	ktap_ok(grant_entry_close(&entry) && !entry.flags && peer_turn == 2,
		"flags that changed are looked at again");
	set(GTF_permit_access, GTF_PWT, GTF_writing);
	ktap_ok(!grant_entry_close(&entry) && (entry.flags & GTF_writing),
		"also when the peer maps at the second look");
}

int main(void)
{
	opening();
	closing();
	races();
	return ktap_done();
}
