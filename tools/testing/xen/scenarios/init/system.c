// SPDX-License-Identifier: GPL-2.0
/*
 * Steps on the system as a whole: CPUs, shutting down, and steps that run
 * other steps. At most one background step a slot; "wait" collects them all.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "init.h"

#define MAX_BACKGROUND	8
#define SHELL_SECONDS	600
#define MAX_REASON	256

/* @reason: in memory that the step's process shares, for it to fill in */
static struct {
	pid_t pid;
	char text[256];
	char *reason;
} background[MAX_BACKGROUND];

static int how_to_end = RB_POWER_OFF;
static bool stays;

int ending(void)
{
	return how_to_end;
}

bool staying(void)
{
	return stays;
}

/* stay: once done, go on until somebody ends the domain */
static int stay(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	stays = true;
	return 0;
}

static void join_words(char *buf, size_t size, int argc, char **argv)
{
	size_t len = 0;
	int i;

	buf[0] = 0;
	for (i = 0; i < argc && len < size; i++)
		len += snprintf(buf + len, size - len, "%s%s", i ? " " : "",
				argv[i]);
}

static char *share_reason(void)
{
	char *reason = mmap(NULL, MAX_REASON, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (reason == MAP_FAILED) {
		step_fail("mmap: %s", strerror(errno));
		return NULL;
	}
	snprintf(reason, MAX_REASON, "it was killed");
	return reason;
}

static int start_background(int argc, char **argv)
{
	size_t slot = 0;
	char *reason;
	pid_t pid;

	while (slot < MAX_BACKGROUND && background[slot].pid)
		slot++;
	if (slot == MAX_BACKGROUND)
		return step_fail("more than %d in the background",
				 MAX_BACKGROUND);
	join_words(background[slot].text, sizeof(background[slot].text),
		   argc - 1, argv + 1);
	reason = share_reason();
	if (!reason)
		return -1;
	pid = fork();
	if (pid < 0) {
		munmap(reason, MAX_REASON);
		return step_fail("fork: %s", strerror(errno));
	}
	if (!pid) {
		report_forget();
		if (!step_run(argc - 1, argv + 1))
			_exit(0);
		snprintf(reason, MAX_REASON, "%s", step_reason());
		_exit(1);
	}
	background[slot].pid = pid;
	background[slot].reason = reason;
	return 0;
}

static int wait_one(size_t slot, uint64_t end)
{
	int status = 0;
	pid_t pid;

	while ((pid = waitpid(background[slot].pid, &status, WNOHANG)) == 0) {
		if (now_ms() >= end)
			return step_fail("still running: %s",
					 background[slot].text);
		usleep(10000);
	}
	background[slot].pid = 0;
	if (pid < 0 || status)
		step_fail("%s: %s", background[slot].text,
			  background[slot].reason);
	munmap(background[slot].reason, MAX_REASON);
	if (pid < 0 || status)
		return -1;
	return 0;
}

static int wait_background(int argc, char **argv)
{
	uint64_t end;
	long seconds;
	size_t i;

	(void)argc;
	if (parse_number(argv[1], 1, 3600, &seconds))
		return -1;
	end = now_ms() + seconds * 1000;
	for (i = 0; i < MAX_BACKGROUND; i++)
		if (background[i].pid && wait_one(i, end))
			return -1;
	return 0;
}

static int repeat(int argc, char **argv)
{
	long i, count;

	if (parse_number(argv[1], 1, 100000, &count))
		return -1;
	for (i = 0; i < count; i++)
		if (step_run(argc - 2, argv + 2))
			return -1;
	return 0;
}

/* fails <step>: what is asked for must end, and end in an error */
static int fails(int argc, char **argv)
{
	if (step_run(argc - 1, argv + 1))
		return 0;
	return step_fail("it went well");
}

static int cpu_switch(int argc, char **argv)
{
	bool on = !strcmp(argv[2], "on");
	char path[64];

	(void)argc;
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%s/online",
		 argv[1]);
	if (write_file(path, on ? "1" : "0"))
		return step_fail("%s: %s", path, strerror(errno));
	return 0;
}

/* cpu-cycle <cpu> <times>: off and on again */
static int cpu_cycle(int argc, char **argv)
{
	long i, count;

	(void)argc;
	if (parse_number(argv[2], 1, 10000, &count))
		return -1;
	for (i = 0; i < count; i++)
		if (cpu_switch(3, (char *[]){ "cpu", argv[1], "off" }) ||
		    cpu_switch(3, (char *[]){ "cpu", argv[1], "on" }))
			return -1;
	return 0;
}

static int cpus_online(int argc, char **argv)
{
	long want;

	(void)argc;
	if (parse_number(argv[1], 1, 1024, &want))
		return -1;
	if (sysconf(_SC_NPROCESSORS_ONLN) != want)
		return step_fail("%ld CPUs are online",
				 sysconf(_SC_NPROCESSORS_ONLN));
	return 0;
}

static void read_memory(const char *node, char *value, size_t size)
{
	char path[96];

	snprintf(path, sizeof(path),
		 "/sys/devices/system/xen_memory/xen_memory0/%s", node);
	if (read_line(path, value, size))
		snprintf(value, size, "no");
}

static bool memory_is(const char *kib)
{
	char value[32];

	read_memory("info/current_kb", value, sizeof(value));
	return !strcmp(value, kib);
}

/* await-memory <KiB>: the balloon has brought the guest there */
static int await_memory(int argc, char **argv)
{
	char value[32], target[32];

	(void)argc;
	if (wait_for(memory_is, argv[1], 60000))
		return 0;
	read_memory("info/current_kb", value, sizeof(value));
	read_memory("target_kb", target, sizeof(target));
	return step_fail("%s KiB of %s after a minute", value, target);
}

static bool cpus_are(const char *count)
{
	return sysconf(_SC_NPROCESSORS_ONLN) == strtol(count, NULL, 10);
}

/* await-cpus <count>: the toolstack has had its way */
static int await_cpus(int argc, char **argv)
{
	return wait_for(cpus_are, argv[1], 60000) ? 0 :
		cpus_online(argc, argv);
}

static bool bring_cpus_online(const char *count)
{
	char path[64];
	long i, cpus = strtol(count, NULL, 10);

	for (i = 1; i < cpus; i++) {
		snprintf(path, sizeof(path),
			 "/sys/devices/system/cpu/cpu%ld/online", i);
		write_file(path, "1");
	}
	return cpus_are(count);
}

/*
 * online-cpus <count>: the toolstack wants more of them. Linux's own core
 * leaves it to user space to do so; who was faster is no fault.
 */
static int online_cpus(int argc, char **argv)
{
	return wait_for(bring_cpus_online, argv[1], 60000) ? 0 :
		cpus_online(argc, argv);
}

static bool is_gone(const char *device)
{
	static const char *const places[] = {
		"/dev", "/sys/class/net", "/sys/bus/xen/devices",
		"/sys/bus/xen-backend/devices",
	};
	char pattern[96];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		glob_t found;
		int none;

		snprintf(pattern, sizeof(pattern), "%s/%s", places[i], device);
		none = glob(pattern, 0, NULL, &found);
		if (!none)
			globfree(&found);
		if (none != GLOB_NOMATCH)
			return false;
	}
	return true;
}

/*
 * await-gone <disk, interface or device> [<seconds>]: others have taken it
 * away; it may be a pattern, vbd-1-*, for several.
 */
static int await_gone(int argc, char **argv)
{
	long seconds = 60;

	if (argc > 2 && parse_number(argv[2], 1, 3600, &seconds))
		return -1;
	return wait_for(is_gone, argv[1], seconds * 1000) ? 0 :
		step_fail("still there after %ld s", seconds);
}

/*
 * The kernel runs /sbin/poweroff or /sbin/reboot when it is asked to through
 * control/shutdown; both tell PID 1 by a signal.
 */
static int await_shutdown(int argc, char **argv)
{
	struct timespec limit = { .tv_sec = 60 };
	sigset_t set;
	int sig;

	(void)argc;
	(void)argv;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);	/* halt */
	sigaddset(&set, SIGUSR2);	/* poweroff */
	sigaddset(&set, SIGTERM);	/* reboot */
	sigaddset(&set, SIGINT);	/* Ctrl-Alt-Del */
	sigprocmask(SIG_BLOCK, &set, NULL);
	report("step waits-for-shutdown");
	sig = sigtimedwait(&set, NULL, &limit);
	if (sig < 0)
		return step_fail("nobody asked for a shutdown in %ld s",
				 (long)limit.tv_sec);
	if (sig == SIGTERM)
		how_to_end = RB_AUTOBOOT;
	return 0;
}

/*
 * switch-root <disk>: the system there takes over, and mounts what it needs.
 * Returns after a failure only.
 */
static int switch_root(int argc, char **argv)
{
	static const char root[] = "/system";
	char path[64];

	(void)argc;
	snprintf(path, sizeof(path), "/dev/%s", argv[1]);
	mkdir(root, 0755);
	if (mount(path, root, "ext4", 0, NULL))
		return step_fail("mount %s: %s", path, strerror(errno));
	if (chdir(root) || mount(".", "/", NULL, MS_MOVE, NULL) ||
	    chroot(".") || chdir("/"))
		return step_fail("to %s: %s", root, strerror(errno));
	autoload_end();
	execl("/sbin/init", "init", NULL);
	return step_fail("/sbin/init: %s", strerror(errno));
}

static int sleep_seconds(int argc, char **argv)
{
	long seconds;

	(void)argc;
	if (parse_number(argv[1], 0, 3600, &seconds))
		return -1;
	while (seconds)
		seconds = sleep(seconds);
	return 0;
}

static int step_marker(int argc, char **argv)
{
	char text[256];

	join_words(text, sizeof(text), argc - 1, argv + 1);
	report("step %s", text);
	return 0;
}

static int run_shell(int argc, char **argv)
{
	char text[512];
	int status;

	join_words(text, sizeof(text), argc - 1, argv + 1);
	status = run_program(SHELL_SECONDS,
			     (char *[]){ "/bin/sh", "-c", text, NULL });
	return status ? step_fail("exit status %d", status) : 0;
}

static int store_is(int argc, char **argv)
{
	char value[256];

	(void)argc;
	if (store_read(argv[1], value, sizeof(value)) < 0)
		return step_fail("cannot read %s", argv[1]);
	if (strcmp(value, argv[2]))
		return step_fail("%s is '%s'", argv[1], value);
	return 0;
}

/* await-store <path> <value>: whoever writes it may take a while */
static int await_store(int argc, char **argv)
{
	uint64_t begin = now_ms();

	while (store_is(argc, argv)) {
		if (!ms_left(begin, DEVICE_SECONDS * 1000))
			return -1;
		usleep(20000);
	}
	return 0;
}

static int write_store(int argc, char **argv)
{
	(void)argc;
	if (store_write(argv[1], argv[2]))
		return step_fail("cannot write %s", argv[1]);
	return 0;
}

/* The guest's console, and nothing that was typed before. */
static int open_hvc(void)
{
	int fd = open("/dev/hvc0", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return step_fail("/dev/hvc0: %s", strerror(errno));
	return fd;
}

/* hears <word>: somebody types it as a line on this guest's console */
static int hear(int argc, char **argv)
{
	struct pollfd pfd = { .fd = open_hvc(), .events = POLLIN };
	char line[128];
	ssize_t n;

	(void)argc;
	if (pfd.fd < 0)
		return -1;
	report("step listens");
	n = poll(&pfd, 1, 60000) > 0 ?
		read(pfd.fd, line, sizeof(line) - 1) : 0;
	close(pfd.fd);
	if (n <= 0)
		return step_fail("nothing was typed in 60 s");
	line[n] = 0;
	line[strcspn(line, "\n")] = 0;
	if (strcmp(line, argv[1]))
		return step_fail("it was '%s'", line);
	return 0;
}

static int shell(int argc, char **argv)
{
	static const char script[] = "exec sh -i </dev/hvc0 >/dev/hvc0 2>&1";
	char *const cmd[] = { "/bin/setsid", "-c", "/bin/sh", "-c",
			      (char *)script, NULL };

	(void)argc;
	(void)argv;
	if (run_program(3600, cmd) < 0)
		return step_fail("shell: %s", strerror(errno));
	return 0;
}

const struct verb system_verbs[] = {
	{ "background", "<step>", 1, MAX_WORDS, start_background },
	{ "wait", "<seconds>", 1, 1, wait_background },
	{ "repeat", "<times> <step>", 2, MAX_WORDS, repeat },
	{ "fails", "<step>", 1, MAX_WORDS, fails },
	{ "cpu", "<number> on|off", 2, 2, cpu_switch },
	{ "cpu-cycle", "<number> <times>", 2, 2, cpu_cycle },
	{ "cpus-online", "<count>", 1, 1, cpus_online },
	{ "await-memory", "<KiB>", 1, 1, await_memory },
	{ "await-cpus", "<count>", 1, 1, await_cpus },
	{ "online-cpus", "<count>", 1, 1, online_cpus },
	{ "await-gone", "<disk, interface or device> [<seconds>]", 1, 2,
	  await_gone },
	{ "await-shutdown", "", 0, 0, await_shutdown },
	{ "switch-root", "<disk>", 1, 1, switch_root },
	{ "stay", "", 0, 0, stay },
	{ "sleep", "<seconds>", 1, 1, sleep_seconds },
	{ "say", "<words>", 1, MAX_WORDS, step_marker },
	{ "run", "<shell command>", 1, MAX_WORDS, run_shell },
	{ "store-is", "<path> <value>", 2, 2, store_is },
	{ "await-store", "<path> <value>", 2, 2, await_store },
	{ "store-write", "<path> <value>", 2, 2, write_store },
	{ "hears", "<word>", 1, 1, hear },
	{ "shell", "", 0, 0, shell },
	{ 0 }
};
