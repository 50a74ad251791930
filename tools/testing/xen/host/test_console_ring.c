// SPDX-License-Identifier: GPL-2.0
/*
 * Host test of the console's ring: a writer and a reader that agree move all
 * text through it, whatever the sizes of their steps; an other end that writes
 * anything at all into the shared page makes neither go out of bounds.
 */
#include <stdlib.h>
#include <string.h>

#include "ktap.h"

#include "../../../../drivers/xen/guest/console_ring.c"

static struct xencons_interface shared;
static struct xen_console_ring ring;

static void attach(XENCONS_RING_IDX start)
{
	memset(&shared, 0, sizeof(shared));
	shared.in_cons = start;
	shared.in_prod = start;
	shared.out_cons = start;
	shared.out_prod = start;
	xen_console_ring_attach(&ring, &shared);
}

/* The other end takes up to @count bytes out; how many it got. */
static size_t drain(char *text, size_t count)
{
	size_t i;

	for (i = 0; i < count && shared.out_cons != shared.out_prod; i++)
		text[i] = shared.out[MASK_XENCONS_IDX(shared.out_cons++,
						      shared.out)];
	return i;
}

static void fill(const char *text, size_t count)
{
	while (count--)
		shared.in[MASK_XENCONS_IDX(shared.in_prod++, shared.in)] =
			*text++;
}

static bool output_is_kept(XENCONS_RING_IDX start)
{
	static char sent[100000], got[100000];
	size_t put = 0, taken = 0, i;
	ssize_t ret;

	for (i = 0; i < sizeof(sent); i++)
		sent[i] = rand();
	attach(start);
	while (taken < sizeof(sent)) {
		i = rand() % 3000;
		if (i > sizeof(sent) - put)
			i = sizeof(sent) - put;
		ret = xen_console_ring_write(&ring, sent + put, i);
		if (ret < 0 || ret > (ssize_t)i)
			return false;
		put += ret;
		taken += drain(got + taken, rand() % 3000);
	}
	return !memcmp(sent, got, sizeof(sent));
}

static bool input_is_kept(XENCONS_RING_IDX start)
{
	char sent[1024], got[1024];
	size_t round, size, i;

	attach(start);
	for (round = 0; round < 500; round++) {
		size = rand() % (sizeof(sent) + 1);
		for (i = 0; i < size; i++)
			sent[i] = rand();
		fill(sent, size);
		i = xen_console_ring_read(&ring, got, size / 2);
		if (i != size / 2)
			return false;
		i += xen_console_ring_read(&ring, got + i, sizeof(got) - i);
		if (i != size || memcmp(sent, got, size))
			return false;
	}
	return true;
}

/* Indices of the other end at random: the sanitizers see what goes astray. */
static bool noise_is_harmless(void)
{
	char text[4096] = "";
	size_t i, count;
	ssize_t ret;

	for (i = 0; i < 20000; i++) {
		attach(rand());
		shared.out_cons = rand() % 2 ? rand() :
					       ring.out_prod - rand() % 4096;
		shared.in_prod = rand() % 2 ? rand() :
					      ring.in_cons + rand() % 2048;
		count = rand() % sizeof(text);
		ret = xen_console_ring_write(&ring, text, count);
		if (ret > (ssize_t)count || ret > (ssize_t)sizeof(shared.out))
			return false;
		ret = xen_console_ring_read(&ring, text, count);
		if (ret > (ssize_t)count || ret > (ssize_t)sizeof(shared.in))
			return false;
	}
	return true;
}

int main(void)
{
	srand(1);
	ktap_ok(output_is_kept(0), "output arrives as it was written");
	ktap_ok(output_is_kept(-500), "output arrives across the wrap");
	ktap_ok(input_is_kept(0), "input arrives as it was typed");
	ktap_ok(input_is_kept(-500), "input arrives across the wrap");
	ktap_ok(noise_is_harmless(), "random indices do no harm");

	attach(0);
	shared.out_cons = 1;
	ktap_ok(xen_console_ring_write(&ring, "x", 1) == -EIO,
		"output taken before it was put breaks the ring");
	shared.out_cons = 0;
	ktap_ok(xen_console_ring_write(&ring, "x", 1) == -EIO,
		"a broken ring stays broken");
	ktap_ok(shared.out_prod == 0, "a broken ring takes nothing");
	return ktap_done();
}
