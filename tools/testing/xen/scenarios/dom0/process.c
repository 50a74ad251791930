// SPDX-License-Identifier: GPL-2.0
/* Programs that run for the harness, and the lines that they write. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "dom0.h"

/* In the child: never returns. */
static void become(char *const argv[], int in, int out)
{
	dup2(in, 0);
	dup2(out, 1);
	dup2(out, 2);
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

pid_t process_start(char *const argv[], int *out)
{
	int from[2];
	pid_t pid;

	if (pipe2(from, O_CLOEXEC))
		return -1;
	pid = fork();
	if (!pid)
		become(argv, open("/dev/null", O_RDONLY), from[1]);
	close(from[1]);
	*out = from[0];
	return pid;
}

static void become_on(char *const argv[], const char *name)
{
	int fd;

	setsid();
	fd = open(name, O_RDWR);
	become(argv, fd, fd);
}

/* The terminal adds nothing of its own: no echo, no line to be completed. */
static int open_terminal(char *name, size_t size)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios raw;

	if (fd < 0)
		return -1;
	if (grantpt(fd) || unlockpt(fd) || ptsname_r(fd, name, size) ||
	    tcgetattr(fd, &raw))
		goto close;
	cfmakeraw(&raw);
	if (!tcsetattr(fd, TCSANOW, &raw))
		return fd;
close:
	close(fd);
	return -1;
}

pid_t process_start_on_terminal(char *const argv[], int *terminal)
{
	char name[64];
	pid_t pid;
	int fd;

	fd = open_terminal(name, sizeof(name));
	if (fd < 0)
		return -1;
	pid = fork();
	if (!pid)
		become_on(argv, name);
	*terminal = fd;
	return pid;
}

/* Collect output until the end or the deadline; false if time is up. */
static bool drain(int fd, uint64_t end, char *out, size_t size)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	size_t len = 0;
	char rest[256];
	ssize_t n;

	do {
		uint64_t now = now_ms();

		if (now >= end || poll(&pfd, 1, end - now) <= 0)
			return false;
		if (len + 1 < size) {
			n = read(fd, out + len, size - 1 - len);
			len += n > 0 ? n : 0;
		} else {
			n = read(fd, rest, sizeof(rest));
		}
		if (size)
			out[len] = 0;
	} while (n > 0);
	return true;
}

int process_run(char *const argv[], int seconds, char *out, size_t size)
{
	uint64_t end = now_ms() + seconds * 1000ull;
	int fd, status;
	pid_t pid;

	if (size)
		out[0] = 0;
	pid = process_start(argv, &fd);
	if (pid < 0)
		return -1;
	if (!drain(fd, end, out, size)) {
		kill(pid, SIGKILL);
		snprintf(out, size, "it took longer than %d s", seconds);
	}
	close(fd);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

bool lines_read(struct lines *l)
{
	ssize_t n;

	/* a line that fills the buffer is cut: better than to wait for ever */
	if (l->len == sizeof(l->buf) - 1)
		l->len = 0;
	n = read(l->fd, l->buf + l->len, sizeof(l->buf) - 1 - l->len);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0)
		return false;
	l->len += n;
	return true;
}

char *lines_next(struct lines *l, char *line, size_t size)
{
	char *end = memchr(l->buf, '\n', l->len);
	size_t used, len;

	if (!end)
		return NULL;
	used = end - l->buf + 1;
	len = used - 1 < size - 1 ? used - 1 : size - 1;
	memcpy(line, l->buf, len);
	line[len] = 0;
	line[strcspn(line, "\r")] = 0;
	l->len -= used;
	memmove(l->buf, l->buf + used, l->len);
	return line;
}

void lines_close(struct lines *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	l->len = 0;
}
