// SPDX-License-Identifier: GPL-2.0
/*
 * Steps that ask the kernel how it is: its log, its leak detector, and its
 * own unit tests.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "init.h"

#define RECORD_SIZE	8192

/* Where each reading of the log began; "kunit" reads what it caused only. */
static int open_log(bool from_now)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return step_fail("/dev/kmsg: %s", strerror(errno));
	lseek(fd, 0, from_now ? SEEK_END : SEEK_SET);
	return fd;
}

/* Next record's text, NUL-terminated; NULL at the end of the log. */
static char *next_record(int fd, char *buf)
{
	ssize_t n;
	char *text;

	do {
		n = read(fd, buf, RECORD_SIZE - 1);
	} while (n < 0 && errno == EPIPE);	/* overwritten: go on */
	if (n <= 0)
		return NULL;
	buf[n] = 0;
	text = strchr(buf, ';');
	if (!text)
		return NULL;
	text++;
	text[strcspn(text, "\n")] = 0;
	return text;
}

static const char kmemleak[] = "/sys/kernel/debug/kmemleak";

void stop_leak_scans(void)
{
	if (path_exists(kmemleak))
		write_file(kmemleak, "scan=off");
}

/*
 * What kmemleak found, in a kernel that has it. Two scans: an object seen
 * young in the first is judged in the second.
 */
static int no_leaks(void)
{
	char first[256];
	int fd, i;
	ssize_t n;

	if (!path_exists(kmemleak))
		return 0;
	for (i = 0; i < 2; i++) {
		sleep(6);
		if (write_file(kmemleak, "scan"))
			return step_fail("%s: %s", kmemleak, strerror(errno));
	}
	fd = open(kmemleak, O_RDONLY | O_CLOEXEC);
	n = read(fd, first, sizeof(first) - 1);
	close(fd);
	if (n > 0) {
		run_program(10, (char *[]){ "/bin/cat", (char *)kmemleak, NULL });
		first[n] = 0;
		first[strcspn(first, "\n")] = 0;
		return step_fail("kmemleak: %s", first);
	}
	return 0;
}

/* The kernel has nothing to say against what it ran. */
static int log_clean(int argc, char **argv)
{
	static const char * const bad[] = {
		"BUG:", "WARNING:", "KASAN:", "UBSAN:", "Oops", "Call trace:",
		"possible recursive locking", "possible circular locking",
		"inconsistent lock state", "blocked for more than",
		"rcu_sched self-detected", "rcu: INFO", "refcount_t:",
		"new suspected memory leaks",
		"scheduling while atomic", "ODEBUG:", "list_add corruption",
		"list_del corruption", "DEBUG_LOCKS_WARN_ON",
	};
	static char buf[RECORD_SIZE];
	int fd = open_log(false);
	char *text;
	size_t i;

	(void)argc;
	(void)argv;
	if (fd < 0)
		return -1;
	while ((text = next_record(fd, buf))) {
		for (i = 0; i < ARRAY_SIZE(bad); i++) {
			if (!strstr(text, bad[i]))
				continue;
			close(fd);
			return step_fail("the log says: %.200s", text);
		}
	}
	close(fd);
	return no_leaks();
}

/* log-says <text>: some record holds it */
static int log_says(int argc, char **argv)
{
	static char buf[RECORD_SIZE];
	char want[256] = "";
	int i, fd = open_log(false);
	char *text;

	if (fd < 0)
		return -1;
	for (i = 1; i < argc; i++) {
		strncat(want, argv[i], sizeof(want) - strlen(want) - 1);
		if (i + 1 < argc)
			strncat(want, " ", sizeof(want) - strlen(want) - 1);
	}
	while ((text = next_record(fd, buf))) {
		if (strstr(text, want)) {
			close(fd);
			return 0;
		}
	}
	close(fd);
	return step_fail("the log does not say it");
}

/*
 * One line of KTAP from the log: "    ok 3 name" of a suite's case becomes
 * "ok <suite>.name". Suite lines have no indentation, subtests' headers give
 * the suite's name.
 */
struct kunit_run {
	char suite[128];
	unsigned int facts, failures;
};

static void kunit_result(struct kunit_run *run, bool ok, const char *rest)
{
	const char *name = rest + strspn(rest, " 0123456789");
	const char *skip = strstr(name, " # SKIP");
	int len = strcspn(name, "#");

	while (len && name[len - 1] == ' ')
		len--;
	run->facts++;
	if (skip) {
		report("skip %s.%.*s # %s", run->suite, len, name, skip + 8);
	} else if (ok) {
		report("ok %s.%.*s", run->suite, len, name);
	} else {
		run->failures++;
		report("not ok %s.%.*s # see the console", run->suite, len,
		       name);
	}
}

static void kunit_line(struct kunit_run *run, const char *text)
{
	const char *p = text + strspn(text, " ");
	const char *name = strstr(p, "# Subtest: ");
	bool nested = p - text >= 4;

	if (name && p - text <= 4)
		snprintf(run->suite, sizeof(run->suite), "%s", name + 11);
	else if (nested && p - text == 4 && !strncmp(p, "ok ", 3))
		kunit_result(run, true, p + 3);
	else if (nested && p - text == 4 && !strncmp(p, "not ok ", 7))
		kunit_result(run, false, p + 7);
}

/* kunit <module>: load a module of tests; each case is a fact of its own */
static int kunit(int argc, char **argv)
{
	static char buf[RECORD_SIZE];
	struct kunit_run run = { .suite = "?" };
	int fd = open_log(true);
	char *text;

	(void)argc;
	if (fd < 0)
		return -1;
	if (step_run(2, (char *[]){ "load", argv[1], NULL })) {
		close(fd);
		return -1;
	}
	while ((text = next_record(fd, buf)))
		kunit_line(&run, text);
	close(fd);
	if (!run.facts)
		return step_fail("%s reported no test case", argv[1]);
	if (run.failures)
		return step_fail("%u of %u failed", run.failures, run.facts);
	return 0;
}

const struct verb kernel_verbs[] = {
	{ "log-clean", "", 0, 0, log_clean },
	{ "log-says", "<text>", 1, MAX_WORDS, log_says },
	{ "kunit", "<module>", 1, 1, kunit },
	{ 0 }
};
