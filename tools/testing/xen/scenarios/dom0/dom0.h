/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dom0's half of a test on the real Xen: it drives the toolstack and hands to
 * the runner what the domains report, in the words of the harness channel
 * (Documentation/virt/xen-guest/testing.rst). And the same on xenlet where dom0
 * has the store, by hypercalls.
 *
 *	verbs.c		steps that only dom0 takes
 *	harness.c	the loop: one process behind PID 1 owns all of it
 *	guests.c	a domain, the xl that supervises it, and its console
 *	commands.c	what the runner asks for, as calls of xl
 *	reports.c	what the domains report in the store
 *	keeper.c	on xenlet: the process that stands in for a toolstack
 *	calls.c		hypercalls that it makes
 *	process.c	programs that run for us, and the lines that they write
 *	p9.h		a folder of dom0's for a domain
 */
#ifndef DOM0_H
#define DOM0_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../init/init.h"

#define MAX_GUESTS	16
#define XEN_FOLDER	"/xen"
/* Processes of dom0 talk to the harness by datagrams to this socket. */
#define HARNESS_SOCKET	"/run/harness"

/** struct lines - text that comes in pieces; @fd is -1 where nothing comes */
struct lines {
	int fd;
	size_t len;
	char buf[2048];
};

/**
 * struct guest - a domain as dom0 sees it
 * @name: of the domain, and of its folder below XEN_FOLDER
 * @domid: -1 until it was built for the first time
 * @state: in the channel's words
 * @attached: it was connected to xenstored before, perhaps under another id
 * @xl_pid: the xl that created it and waits for its end; 0 for none
 * @xl: what that xl says
 * @console: what the domain writes on its console
 */
struct guest {
	char name[32];
	int domid;
	const char *state;
	bool attached;
	pid_t xl_pid;
	struct lines xl;
	struct lines console;
};

/**
 * struct harness - the one context of the harness process
 * @port: to the runner
 * @calls: on xenlet: for hypercalls; else -1
 * @socket: from the other processes of dom0
 * @store: connection to xenstored, -1 until there is a domain
 * @event_missed: an event of the store's came while an answer was awaited
 * @commands: from the runner
 * @guests: all domains but dom0
 * @nr_guests: how many
 * @next_guest: the one to create when the one before it runs
 * @over: the runner said quit
 */
struct harness {
	int port;
	int calls;
	int socket;
	int store;
	bool event_missed;
	struct lines commands;
	struct guest guests[MAX_GUESTS];
	unsigned int nr_guests;
	unsigned int next_guest;
	bool over;
};

extern const struct verb dom0_verbs[];

/* backends.c: serve-disk <domid> <vdev> <file> */
int serve_disk(int argc, char **argv);
/* serve-vif <domid> <index> <bridge> */
int serve_vif(int argc, char **argv);

/* calls.c: hypercalls of our own */
/** calls_open() - the descriptor for all others, or -1 after step_fail() */
int calls_open(void);
/** param_get() - HVMOP_get_param of a domain; 0, or -1 and errno */
int param_get(int fd, int domid, unsigned int index, uint64_t *value);
int param_set(int fd, int domid, unsigned int index, uint64_t value);
/**
 * domain_from() - the first domain whose id is @first or higher
 *
 * xenlet tells its name, or what of that fits into a handle. Returns its id,
 * or -1 if there is none.
 */
int domain_from(int fd, int first, char *name, size_t size, bool *dying);
/** xenlet_report() - a report to the runner; @text is cut where it must be */
int xenlet_report(int fd, int domid, const char *text);
/** xenlet_request() - what the runner wants written; 0 if nothing */
int xenlet_request(int fd, char *text, size_t size);

/* keeper.c */
/** keeper_start() - fork the keeper; keep-store */
int keeper_start(int argc, char **argv);
/** introduce() - introduce <domid>: tell xenstored of a domain's ring */
int introduce(int argc, char **argv);

/* harness.c */
/** harness_socket() - where the processes of dom0 report; -1 after
 * step_fail()
 */
int harness_socket(void);
/** harness_start() - fork the harness; -1 after step_fail() */
int harness_start(void);
/** harness_wait() - until the runner has said quit; at once without harness */
void harness_wait(void);
/** harness_say() - a line to the runner */
__printf(2, 3) void harness_say(struct harness *h, const char *fmt, ...);

/* guests.c */
/** guests_find() - read which domains there are to be */
int guests_find(struct harness *h);
/** guests_create_next() - start creating the next one, if there is one */
void guests_create_next(struct harness *h);
/** guest_xl_spoke() - @g->xl is readable */
void guest_xl_spoke(struct harness *h, struct guest *g);
/** guest_console_spoke() - @g->console is readable */
void guest_console_spoke(struct guest *g);
/** guest_by_domid() - NULL if there is none */
struct guest *guest_by_domid(struct harness *h, int domid);
/** guest_becomes() - note and tell a new state */
void guest_becomes(struct harness *h, struct guest *g, const char *state,
		   const char *why);

/* commands.c */
/** command_run() - carry out a line of the runner's, and answer it */
void command_run(struct harness *h, char *line);

/* reports.c */
/** reports_watch() - hear what a domain reports from now on */
int reports_watch(struct harness *h, const struct guest *g);
void reports_unwatch(struct harness *h, const struct guest *g);
/** reports_collect() - forward all that lies in the store */
void reports_collect(struct harness *h);
/** reports_event() - the store connection is readable */
void reports_event(struct harness *h);
/** store_connect() - to xenstored's socket; -1 while nobody listens */
int store_connect(void);
/** store_ask() - a request of one string, or of two, each with its end; the
 * answer's length, or -1
 */
int store_ask(struct harness *h, uint32_t type, const char *a, const char *b,
	      char *reply, size_t size);
/** report_forward() - one report of a domain's */
void report_forward(struct harness *h, int domid, const char *text);

/* process.c */
/** process_start() - a program with its output to *@out; its pid, or -1 */
pid_t process_start(char *const argv[], int *out);
/** process_start_on_terminal() - a program that wants to be typed to */
pid_t process_start_on_terminal(char *const argv[], int *terminal);
/**
 * process_run() - run a program to its end, or for @seconds
 *
 * Its output, standard and error, comes back in @out, cut where it doesn't
 * fit. Returns its exit status, or -1.
 */
int process_run(char *const argv[], int seconds, char *out, size_t size);
/** lines_read() - take what is there; false at the end */
bool lines_read(struct lines *l);
/** lines_next() - cut off the next whole line; NULL if there is none */
char *lines_next(struct lines *l, char *line, size_t size);
void lines_close(struct lines *l);

#endif /* DOM0_H */
