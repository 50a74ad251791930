// SPDX-License-Identifier: GPL-2.0
/* CONSOLEIO_*: the console of the first steps. */
#include "test.h"

static long console_io(unsigned int cmd, unsigned int count,
		       const void *buffer)
{
	return hypercall(__HYPERVISOR_console_io, cmd, count, ARG(buffer), 0,
			 0);
}

void test_main(void)
{
	static const char text[] = "micro-guest: a line by console_io\n";
	char *page = page_alloc();
	char input[16];

	if (console_io(CONSOLEIO_write, sizeof(text) - 1, text) == -XEN_EPERM) {
		report(SKIP, "a line can be written",
		       "this hypervisor keeps its console to itself");
		return;
	}
	expect(console_io(CONSOLEIO_write, sizeof(text) - 1, text), 0,
	       "a line can be written");
	expect(console_io(CONSOLEIO_write, 0, text), 0,
	       "nothing can be written");
	expect(console_io(CONSOLEIO_write, 0, wild_pointer()), 0,
	       "nothing can be written from nowhere");
	memset(page, '.', PAGE_SIZE);
	page[PAGE_SIZE - 1] = '\n';
	expect(console_io(CONSOLEIO_write, PAGE_SIZE, page), 0,
	       "a long text is written in one call");
	expect(console_io(CONSOLEIO_write, 10, wild_pointer()), -XEN_EFAULT,
	       "write, wild pointer");
	expect(console_io(CONSOLEIO_write, 64, cliff(32)), -XEN_EFAULT,
	       "write, a text that runs into nothing");
	expect(console_io(CONSOLEIO_read, sizeof(input), input), 0,
	       "there is no input");
	expect(console_io(CONSOLEIO_read, 0x80000000U, input), -XEN_E2BIG,
	       "read, a count that could be an error");
	expect(console_io(2, sizeof(input), input), -XEN_ENOSYS,
	       "command 2 does not exist");
	expect(console_io(~0U, sizeof(input), input), -XEN_ENOSYS,
	       "command ~0 does not exist");
}
