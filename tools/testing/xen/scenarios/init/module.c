// SPDX-License-Identifier: GPL-2.0
/*
 * Steps on kernel modules. A device that is there, or that appears, gets its
 * module by modalias and nothing else: that is how a distribution loads the
 * guest core and the frontends.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init.h"

#define MODPROBE_SECONDS	60

/* Listens for devices that appear; 0: nobody does. */
static pid_t listener;

static int modprobe(const char *name)
{
	return run_program(MODPROBE_SECONDS,
			   (char *[]){ "/sbin/modprobe", "-q", (char *)name,
				       NULL });
}

static int load_for_alias(const char *path, const struct stat *st, int type,
			  struct FTW *ftw)
{
	char alias[512];

	(void)st;
	if (type == FTW_F && !strcmp(path + ftw->base, "modalias") &&
	    !read_line(path, alias, sizeof(alias)) && alias[0])
		modprobe(alias);
	return 0;
}

static void handle_uevent(char *msg, ssize_t len)
{
	char *alias = NULL;
	bool add = false;
	char *p;

	for (p = msg; p < msg + len; p += strlen(p) + 1) {
		if (!strcmp(p, "ACTION=add"))
			add = true;
		else if (!strncmp(p, "MODALIAS=", 9))
			alias = p + 9;
	}
	if (add && alias)
		modprobe(alias);
}

static int open_uevents(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC,
			NETLINK_KOBJECT_UEVENT);

	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return step_fail("uevents: %s", strerror(errno));
	return fd;
}

static void listen_for_uevents(int fd)
{
	static char msg[8192];
	ssize_t n;

	prctl(PR_SET_NAME, "uevents");
	for (;;) {
		n = recv(fd, msg, sizeof(msg) - 1, 0);
		if (n <= 0)
			continue;
		msg[n] = 0;
		handle_uevent(msg, n);
	}
}

/* Listen first, then look at what is there: nothing falls between. */
static int autoload(int argc, char **argv)
{
	int fd = open_uevents();
	pid_t pid;

	(void)argc;
	(void)argv;
	if (fd < 0)
		return -1;
	pid = fork();
	if (pid < 0)
		return step_fail("fork: %s", strerror(errno));
	if (!pid)
		listen_for_uevents(fd);
	listener = pid;
	close(fd);
	nftw("/sys/devices", load_for_alias, 16, FTW_PHYS);
	return 0;
}

void autoload_end(void)
{
	if (listener <= 0)
		return;
	kill(listener, SIGKILL);
	waitpid(listener, NULL, 0);
	listener = 0;
}

/* The name as the kernel spells it: modprobe takes a dash for it as well. */
static void kernel_name(char *buf, size_t size, const char *name)
{
	char *p;

	snprintf(buf, size, "%s", name);
	for (p = buf; *p; p++)
		if (*p == '-')
			*p = '_';
}

static bool module_present(const char *name)
{
	char path[128], copy[64];

	kernel_name(copy, sizeof(copy), name);
	snprintf(path, sizeof(path), "/sys/module/%s", copy);
	return path_exists(path);
}

static int load(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		int status = modprobe(argv[i]);

		if (status)
			return step_fail("modprobe %s: exit status %d",
					 argv[i], status);
	}
	return 0;
}

static bool unloaded(const char *name)
{
	char copy[64];

	kernel_name(copy, sizeof(copy), name);
	return !syscall(SYS_delete_module, copy, O_NONBLOCK) ||
	       errno == ENOENT;
}

static int unload(int argc, char **argv)
{
	int i;

	/* a reader of /sys may hold a reference for a moment */
	for (i = 1; i < argc; i++)
		if (!wait_for(unloaded, argv[i], 10000))
			return step_fail("rmmod %s: %s", argv[i],
					 strerror(errno));
	return 0;
}

static int await_module(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!wait_for(module_present, argv[i],
			      DEVICE_SECONDS * 1000))
			return step_fail("%s is not loaded after %d s",
					 argv[i], DEVICE_SECONDS);
	return 0;
}

/* reload <times> <core> <frontend>...: unload all, load the core alone and
 * let the rest come by modalias; the disk and the interface must return.
 */
static int reload(int argc, char **argv)
{
	long i, times;
	int k;

	if (parse_number(argv[1], 1, 100000, &times))
		return -1;
	for (i = 0; i < times; i++) {
		for (k = argc - 1; k >= 2; k--)
			if (unload(2, (char *[]){ "unload", argv[k] }))
				return -1;
		if (load(2, (char *[]){ "load", argv[2] }) ||
		    await_module(argc - 1, argv + 1))
			return -1;
		if (step_run(2, (char *[]){ "await-disk", "xvda", NULL }) ||
		    step_run(2, (char *[]){ "await-interface", "eth0", NULL }))
			return -1;
	}
	return 0;
}

const struct verb module_verbs[] = {
	{ "autoload", "", 0, 0, autoload },
	{ "load", "<module>...", 1, MAX_WORDS, load },
	{ "unload", "<module>...", 1, MAX_WORDS, unload },
	{ "await-module", "[<module>...]", 0, MAX_WORDS, await_module },
	{ "reload", "<times> <core> <frontend>...", 3, MAX_WORDS, reload },
	{ 0 }
};
