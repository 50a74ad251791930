// SPDX-License-Identifier: GPL-2.0
/*
 * Where facts go.
 *
 * On xenlet, to the harness by the private hypercall. Elsewhere the same
 * lines leave by semihosting, if the emulator listens, and on the console.
 */
#include "lib/runtime.h"

#include "../../../../include/xen/interface/xenlet.h"

static bool private_channel;

static long send_report(const char *text)
{
	return hypercall(__HYPERVISOR_xenlet_op, XENLET_report, ARG(text),
			 strlen(text), 0, 0);
}

void report_start(struct environment *environment)
{
	struct xenlet_counters counters;

	private_channel = hypercall(__HYPERVISOR_xenlet_op, XENLET_counters,
				    ARG(&counters), sizeof(counters), 0, 0) > 0;
	environment->xenlet = private_channel;
}

void report_line(const char *text)
{
	char line[XENLET_REPORT_MAX + 2];
	int len;

	if (private_channel) {
		send_report(text);
		return;
	}
	len = snprintf(line, sizeof(line), "%s\n", text);
	semihosting_write(line);
	hypercall(__HYPERVISOR_console_io, CONSOLEIO_write, len, ARG(line), 0,
		  0);
}

void report(enum outcome outcome, const char *name, const char *fmt, ...)
{
	static const char *const words[] = {
		[PASS] = "ok", [FAIL] = "not ok", [SKIP] = "skip",
		[ERROR] = "error",
	};
	char line[XENLET_REPORT_MAX];
	__builtin_va_list args;
	int n;

	n = snprintf(line, sizeof(line) - 64, "%s %s", words[outcome], name);
	if (outcome != PASS) {
		n += snprintf(line + n, sizeof(line) - n, " # ");
		__builtin_va_start(args, fmt);
		vsnprintf(line + n, sizeof(line) - n, fmt, args);
		__builtin_va_end(args);
	}
	report_line(line);
}

void test_abort(const char *name, const char *fmt, ...)
{
	char why[128];
	__builtin_va_list args;

	__builtin_va_start(args, fmt);
	vsnprintf(why, sizeof(why), fmt, args);
	__builtin_va_end(args);
	report(ERROR, name, "%s", why);
	power_off();
}

void report_cost(const char *name, uint64_t ns)
{
	char line[80];

	snprintf(line, sizeof(line), "step cost:%s ns=%lu", name,
		 (unsigned long)ns);
	report_line(line);
}
