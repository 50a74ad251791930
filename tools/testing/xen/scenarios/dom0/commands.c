// SPDX-License-Identifier: GPL-2.0
/*
 * The runner's commands. Those that xenlet knows as well become calls of xl;
 * the others are xl itself, and steps that dom0 takes.
 */
#include <signal.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dom0.h"

#define XL_SECONDS	90
#define CONSOLE_MS	45000

struct command {
	const char *name;
	int min, max;
	void (*run)(struct harness *h, int argc, char **argv);
};

static void answer_ok(struct harness *h)
{
	harness_say(h, "ok");
}

/* The last line of what a program said is the one that counts. */
static void answer_error(struct harness *h, char *text)
{
	char *p;

	for (p = text + strlen(text); p > text && strchr("\r\n", p[-1]);)
		*--p = 0;
	p = strrchr(text, '\n');
	p = p ? p + 1 : text;
	harness_say(h, "error %.300s", *p ? p : "no reason given");
}

/* Returns 0 after success; answers an error itself. */
static int xl(struct harness *h, char *const argv[], char *out, size_t size)
{
	int status = process_run(argv, XL_SECONDS, out, size);

	if (out[0]) {
		printf("%s%s", out, out[strlen(out) - 1] == '\n' ? "" : "\n");
		fflush(stdout);
	}
	if (status)
		answer_error(h, out);
	return status;
}

/* The domain of a command's first argument; NULL after an error. */
static struct guest *find_guest(struct harness *h, const char *word)
{
	struct guest *g = guest_by_domid(h, atoi(word));

	if (!g)
		harness_say(h, "error no domain %s", word);
	return g;
}

static void list(struct harness *h, int argc, char **argv)
{
	unsigned int i;

	(void)argc;
	(void)argv;
	for (i = 0; i < h->nr_guests; i++)
		if (h->guests[i].domid >= 0)
			harness_say(h, "domain %d %s %s", h->guests[i].domid,
				    h->guests[i].name, h->guests[i].state);
	answer_ok(h);
}

static void stats(struct harness *h, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	harness_say(h, "stats -");
	answer_ok(h);
}

/* xl VERB DOMID, and what the domain then is, or NULL */
static void simple(struct harness *h, char *domid, char *verb,
		   const char *state)
{
	struct guest *g = find_guest(h, domid);
	char out[4096];

	if (!g || xl(h, (char *[]){ "xl", verb, g->name, NULL }, out,
		     sizeof(out)))
		return;
	if (state && strcmp(g->state, state))
		guest_becomes(h, g, state, "");
	answer_ok(h);
}

static void destroy(struct harness *h, int argc, char **argv)
{
	(void)argc;
	simple(h, argv[1], "destroy", "destroyed");
}

static void pause_domain(struct harness *h, int argc, char **argv)
{
	(void)argc;
	simple(h, argv[1], "pause", "paused");
}

static void unpause(struct harness *h, int argc, char **argv)
{
	(void)argc;
	simple(h, argv[1], "unpause", "running");
}

/* xl knows no halt; to a guest it is the same word in control/shutdown. */
static void shutdown_domain(struct harness *h, int argc, char **argv)
{
	struct guest *g = find_guest(h, argv[1]);
	char path[64], out[4096];

	(void)argc;
	if (!g)
		return;
	if (!strcmp(argv[2], "reboot") || !strcmp(argv[2], "poweroff")) {
		simple(h, argv[1], argv[2][0] == 'r' ? "reboot" : "shutdown",
		       NULL);
		return;
	}
	snprintf(path, sizeof(path), "/local/domain/%d/control/shutdown",
		 g->domid);
	if (!xl(h, (char *[]){ "xenstore-write", path, argv[2], NULL }, out,
		sizeof(out)))
		answer_ok(h);
}

/* xl counts: the vCPUs from 0 on are those that stay. */
static void vcpu(struct harness *h, int argc, char **argv)
{
	struct guest *g = find_guest(h, argv[1]);
	char count[16], out[4096];

	(void)argc;
	if (!g)
		return;
	snprintf(count, sizeof(count), "%d",
		 atoi(argv[2]) + !strcmp(argv[3], "online"));
	if (!xl(h, (char *[]){ "xl", "vcpu-set", g->name, count, NULL }, out,
		sizeof(out)))
		answer_ok(h);
}

/* What xl takes is in MiB unless it is told otherwise. */
static void memory(struct harness *h, int argc, char **argv)
{
	struct guest *g = find_guest(h, argv[1]);
	char amount[32], out[4096];

	(void)argc;
	if (!g)
		return;
	snprintf(amount, sizeof(amount), "%sk", argv[2]);
	if (!xl(h, (char *[]){ "xl", "mem-set", g->name, amount, NULL }, out,
		sizeof(out)))
		answer_ok(h);
}

static void any_xl(struct harness *h, int argc, char **argv)
{
	char out[16384];

	(void)argc;
	if (!xl(h, argv, out, sizeof(out)))
		answer_ok(h);
}

/* xl-says WORD VERB...: the output holds the word */
static void xl_says(struct harness *h, int argc, char **argv)
{
	const char *word = argv[1];
	char out[16384];

	(void)argc;
	argv[1] = "xl";
	if (xl(h, argv + 1, out, sizeof(out)))
		return;
	if (strstr(out, word))
		answer_ok(h);
	else
		harness_say(h, "error it does not say %s", word);
}

/* dom0 STEP: as in a guest, but now */
static void step(struct harness *h, int argc, char **argv)
{
	if (step_run(argc - 1, argv + 1))
		harness_say(h, "error %.300s", step_reason());
	else
		answer_ok(h);
}

/*
 * Read until @word was seen, or the time is up. xenconsoled first tells all
 * that it remembers: of that the end is enough.
 */
static bool hear(int fd, const char *word, char *buf, size_t size)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	uint64_t now, end = now_ms() + CONSOLE_MS;
	size_t len = 0;
	ssize_t n;

	while ((now = now_ms()) < end && poll(&pfd, 1, end - now) > 0) {
		if (len >= size / 2) {
			memmove(buf, buf + len - size / 4, size / 4);
			len = size / 4;
		}
		n = read(fd, buf + len, size - 1 - len);
		if (n <= 0)
			break;
		len += n;
		buf[len] = 0;
		if (strstr(buf, word))
			return true;
	}
	return false;
}

/*
 * console DOMID TEXT ANSWER: type a line on "xl console" and read until the
 * domain said the answer there.
 */
static void console(struct harness *h, int argc, char **argv)
{
	char *cmd[4] = { "xl", "console" };
	struct guest *g = find_guest(h, argv[1]);
	char buf[8192] = "";
	bool heard = false;
	int terminal;
	pid_t pid;

	(void)argc;
	if (!g)
		return;
	cmd[2] = g->name;
	pid = process_start_on_terminal(cmd, &terminal);
	if (pid < 0) {
		harness_say(h, "error no terminal for xl console");
		return;
	}
	if (dprintf(terminal, "%s\n", argv[2]) > 0)
		heard = hear(terminal, argv[3], buf, sizeof(buf));
	kill(pid, SIGTERM);
	close(terminal);
	waitpid(pid, NULL, 0);
	if (heard)
		answer_ok(h);
	else
		answer_error(h, buf);
}

static void quit(struct harness *h, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	h->over = true;
	answer_ok(h);
}

static const struct command commands[] = {
	{ "list", 0, 0, list },
	{ "stats", 0, 1, stats },
	{ "destroy", 1, 1, destroy },
	{ "pause", 1, 1, pause_domain },
	{ "unpause", 1, 1, unpause },
	{ "shutdown", 2, 2, shutdown_domain },
	{ "vcpu", 3, 3, vcpu },
	{ "memory", 2, 2, memory },
	{ "xl", 1, MAX_WORDS, any_xl },
	{ "xl-says", 2, MAX_WORDS, xl_says },
	{ "console", 3, 3, console },
	{ "dom0", 1, MAX_WORDS, step },
	{ "quit", 0, 0, quit },
};

void command_run(struct harness *h, char *line)
{
	char *argv[MAX_WORDS + 1];
	int argc = split_words(line, argv);
	size_t i;

	if (argc <= 0) {
		harness_say(h, "error too many words, or none");
		return;
	}
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct command *c = &commands[i];

		if (strcmp(c->name, argv[0]))
			continue;
		if (argc - 1 < c->min || argc - 1 > c->max)
			break;
		c->run(h, argc, argv);
		return;
	}
	harness_say(h, "error not understood: %s", argv[0]);
}
