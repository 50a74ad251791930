// SPDX-License-Identifier: GPL-2.0
/*
 * The harness process of dom0: waits for whoever speaks, the runner, the
 * other processes of dom0, the store, the xl of a domain, or its console.
 *
 * Calls of xl that the runner asks for run to their end inside the loop; the
 * domains don't wait for it meanwhile, what they report lies in the store.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dom0.h"

#define PORTS		"/sys/class/virtio-ports"
#define PORT_NAME	"harness"

/*
 * The port's interrupt gets lost now and then where Xen runs on QEMU: what it
 * announced is found when somebody looks.
 */
#define LOOK_AGAIN_MS	100

static pid_t harness_pid;

void harness_say(struct harness *h, const char *fmt, ...)
{
	char line[1024];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	if (len > (int)sizeof(line) - 2)
		len = sizeof(line) - 2;
	line[len++] = '\n';
	if (write(h->port, line, len) != len)
		fprintf(stderr, "harness: lost: %.*s", len, line);
}

/* Both may take a moment: the device's driver is a module. */
static bool find_port(const char *path)
{
	DIR *dir = opendir(PORTS);
	char attribute[320], name[32];
	struct dirent *e;
	bool found = false;

	while (dir && !found && (e = readdir(dir))) {
		snprintf(attribute, sizeof(attribute), PORTS "/%s/name",
			 e->d_name);
		if (e->d_name[0] == '.' ||
		    read_line(attribute, name, sizeof(name)) ||
		    strcmp(name, PORT_NAME))
			continue;
		snprintf((char *)path, 64, "/dev/%.50s", e->d_name);
		found = path_exists(path);
	}
	if (dir)
		closedir(dir);
	return found;
}

static int open_port(void)
{
	static char path[64];
	int fd;

	if (!wait_for(find_port, path, 10000))
		return step_fail("no virtio port named " PORT_NAME);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return step_fail("%s: %s", path, strerror(errno));
	return fd;
}

int harness_socket(void)
{
	struct sockaddr_un addr = {
		.sun_family = AF_UNIX, .sun_path = HARNESS_SOCKET,
	};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return step_fail("%s: %s", HARNESS_SOCKET, strerror(errno));
	return fd;
}

/* A report of dom0's own, or "!create": the toolstack is up. */
static void socket_spoke(struct harness *h)
{
	char text[512];
	ssize_t n = recv(h->socket, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return;
	text[n] = 0;
	if (strcmp(text, "!create"))
		report_forward(h, 0, text);
	else
		guests_create_next(h);
}

static void runner_spoke(struct harness *h)
{
	char line[512];

	if (!lines_read(&h->commands)) {
		h->over = true;
		return;
	}
	while (lines_next(&h->commands, line, sizeof(line)))
		command_run(h, line);
}

static void say_hello(struct harness *h)
{
	char major[16] = "?", minor[16] = "?", extra[64] = "";

	read_line("/sys/hypervisor/version/major", major, sizeof(major));
	read_line("/sys/hypervisor/version/minor", minor, sizeof(minor));
	read_line("/sys/hypervisor/version/extra", extra, sizeof(extra));
	harness_say(h, "hello xen %s.%s%s", major, minor, extra);
	harness_say(h, "domain 0 dom0 running");
}

enum { PORT, SOCKET, STORE, FIRST_GUEST };

static void dispatch(struct harness *h, const struct pollfd *fds)
{
	unsigned int i;

	if (fds[SOCKET].revents)
		socket_spoke(h);
	if (fds[STORE].revents)
		reports_event(h);
	for (i = 0; i < h->nr_guests; i++) {
		if (fds[FIRST_GUEST + 2 * i].revents)
			guest_xl_spoke(h, &h->guests[i]);
		if (fds[FIRST_GUEST + 2 * i + 1].revents)
			guest_console_spoke(&h->guests[i]);
	}
	if (fds[PORT].revents)
		runner_spoke(h);
}

static void serve(struct harness *h)
{
	struct pollfd fds[FIRST_GUEST + 2 * MAX_GUESTS];
	unsigned int i, n;

	while (!h->over) {
		fds[PORT].fd = h->port;
		fds[SOCKET].fd = h->socket;
		fds[STORE].fd = h->store;
		for (i = 0; i < h->nr_guests; i++) {
			fds[FIRST_GUEST + 2 * i].fd = h->guests[i].xl.fd;
			fds[FIRST_GUEST + 2 * i + 1].fd =
				h->guests[i].console.fd;
		}
		n = FIRST_GUEST + 2 * h->nr_guests;
		for (i = 0; i < n; i++)
			fds[i].events = POLLIN;
		if (poll(fds, n, h->event_missed ? 0 : LOOK_AGAIN_MS) > 0)
			dispatch(h, fds);
		if (h->event_missed)
			reports_collect(h);
	}
}

int harness_start(void)
{
	static struct harness h;

	h.store = -1;
	h.calls = -1;
	h.port = open_port();
	if (h.port < 0)
		return -1;
	h.commands.fd = h.port;
	h.socket = harness_socket();
	if (h.socket < 0 || guests_find(&h))
		return -1;
	harness_pid = fork();
	if (harness_pid < 0)
		return step_fail("fork: %s", strerror(errno));
	if (harness_pid) {
		close(h.port);
		close(h.socket);
		return 0;
	}
	report_forget();
	say_hello(&h);
	serve(&h);
	_exit(0);
}

void harness_wait(void)
{
	if (harness_pid > 0)
		waitpid(harness_pid, NULL, 0);
}
