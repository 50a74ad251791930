// SPDX-License-Identifier: GPL-2.0
/*
 * CONSOLEIO_*: a guest's early console.
 *
 * Owns no data; monitor lock held. A long write is served in parts.
 */
#include "abi.h"

#include <xenlet/service.h>

#define CHUNK			128
#define CHUNKS_PER_ENTRY	8

static long console_write(struct hypercall *call)
{
	u32 left = call->arg[1];
	gva_t text = call->arg[2];
	unsigned int i;

	for (i = 0; left && i < CHUNKS_PER_ENTRY; i++) {
		char chunk[CHUNK];
		size_t len = MIN(left, sizeof(chunk));

		if (copy_from_guest(chunk, text, len))
			return -XEN_EFAULT;
		console_guest_output(current_domain(), chunk, len);
		text += len;
		left -= len;
	}
	call->arg[1] = left;
	call->arg[2] = text;
	call->again = left != 0;
	return 0;
}

static long console_read(u32 count, gva_t buffer)
{
	char chunk[CHUNK];
	size_t len;

	if (count > __INT_MAX__)
		return -XEN_E2BIG;
	len = console_ring_read(current_domain(), chunk,
				MIN(count, sizeof(chunk)));
	return copy_to_guest(buffer, chunk, len) ? -XEN_EFAULT : (long)len;
}

long do_console_io(struct hypercall *call)
{
	switch ((u32)call->arg[0]) {
	case CONSOLEIO_write:
		return console_write(call);
	case CONSOLEIO_read:
		return console_read(call->arg[1], call->arg[2]);
	default:
		return -XEN_ENOSYS;
	}
}
