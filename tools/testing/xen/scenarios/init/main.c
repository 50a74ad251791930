// SPDX-License-Identifier: GPL-2.0
/*
 * Bring-up of the guest's user space, and the loop over the steps.
 *
 * The steps stand in /etc/steps, a line each; empty lines and lines that
 * begin with # are passed over. A step that fails is reported and ends the
 * run, because those behind it build on it; "done" is sent all the same, so
 * that the runner need not wait for its timeout.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../dom0/dom0.h"

static const struct verb *const verb_tables[] = {
	disk_verbs, net_verbs, system_verbs, module_verbs, kernel_verbs,
	page_verbs, dom0_verbs,
};

static char failure[256];

int step_fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(failure, sizeof(failure), fmt, ap);
	va_end(ap);
	return -1;
}

const char *step_reason(void)
{
	return failure;
}

int parse_number(const char *word, long min, long max, long *value)
{
	char *end;

	errno = 0;
	*value = strtol(word, &end, 10);
	if (errno || end == word || *end || *value < min || *value > max)
		return step_fail("'%s' is not a number from %ld to %ld", word,
				 min, max);
	return 0;
}

static const struct verb *find_verb(const char *name)
{
	const struct verb *v;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verb_tables); i++)
		for (v = verb_tables[i]; v->name; v++)
			if (!strcmp(v->name, name))
				return v;
	return NULL;
}

int step_run(int argc, char **argv)
{
	const struct verb *v = find_verb(argv[0]);

	if (!v)
		return step_fail("no such step: %s", argv[0]);
	if (argc - 1 < v->min || argc - 1 > v->max)
		return step_fail("usage: %s %s", v->name, v->args);
	return v->run(argc, argv);
}

int split_words(char *line, char **words)
{
	char *save;
	int n = 0;
	char *w;

	for (w = strtok_r(line, " \t", &save); w;
	     w = strtok_r(NULL, " \t", &save)) {
		if (n == MAX_WORDS)
			return step_fail("more than %d words", MAX_WORDS);
		words[n++] = w;
	}
	words[n] = NULL;
	return n;
}

/* Returns 0 when the next step may run. */
static int run_line(const char *line)
{
	char copy[512], *words[MAX_WORDS + 1];
	int n;

	snprintf(copy, sizeof(copy), "%s", line);
	n = split_words(copy, words);
	if (n == 0)
		return 0;
	snprintf(failure, sizeof(failure), "no reason given");
	if (n > 0 && !step_run(n, words)) {
		report("ok %s", line);
		return 0;
	}
	report("not ok %s # %s", line, failure);
	return -1;
}

static void run_steps(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[512];

	if (!f) {
		report("error init # %s: %s", path, strerror(errno));
		return;
	}
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = 0;
		if (line[0] == '#')
			continue;
		if (run_line(line))
			break;
	}
	fclose(f);
}

static void mount_filesystems(void)
{
	static const struct {
		const char *type, *dir;
	} mounts[] = {
		{ "proc", "/proc" }, { "sysfs", "/sys" },
		{ "devtmpfs", "/dev" }, { "tmpfs", "/tmp" },
		{ "debugfs", "/sys/kernel/debug" },
		/* where the kernel's own core shows /proc/xen/xenbus */
		{ "xenfs", "/proc/xen" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mounts); i++) {
		mkdir(mounts[i].dir, 0755);
		mount(mounts[i].type, mounts[i].dir, mounts[i].type, 0, NULL);
	}
}

/*
 * There is no console before a core that is a module was loaded. Something
 * must stand in 0, 1 and 2 all the same, or the first socket will, and what
 * is meant for the console goes to its peer.
 */
static void open_console(void)
{
	int fd = open("/dev/console", O_RDWR);

	if (fd < 0)
		fd = open("/dev/null", O_RDWR);
	if (fd < 0)
		return;
	dup2(fd, 0);
	dup2(fd, 1);
	dup2(fd, 2);
	if (fd > 2)
		close(fd);
}

static void follow_steps(void)
{
	setenv("PATH", "/usr/sbin:/sbin:/usr/bin:/bin", 1);
	run_steps("/etc/steps");
	report("done");
}

int main(int argc, char **argv)
{
	/* A system with an init of its own runs us as a service. */
	if (argc == 2 && !strcmp(argv[1], "steps")) {
		follow_steps();
		return 0;
	}
	if (getpid() != 1) {
		fprintf(stderr, "init: runs as PID 1 of a test guest only\n");
		return 2;
	}
	mount_filesystems();
	open_console();
	stop_leak_scans();
	signal(SIGPIPE, SIG_IGN);

	follow_steps();
	harness_wait();
	while (staying())
		pause();
	report_settle();
	sync();
	reboot(ending());
	for (;;)
		pause();
}
