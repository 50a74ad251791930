// SPDX-License-Identifier: GPL-2.0
/*
 * Watches: who wants to know what changed in the store.
 *
 * A watch is known to the store by a token, a number that is used once. Its
 * events are queued and its callback runs in the xenwatch thread, one at a
 * time. What an event says is only that something changed: an event that is
 * like one still in the queue is dropped, and when too many paths of one
 * watch are queued, an event for the watched node itself stands for them. So
 * no peer can make the queue grow without bound, and nothing goes unseen.
 *
 * A watch can be registered before there is a store, and outlives its
 * connection: it is set again on each new one.
 *
 * Locks: watches.lock (a mutex) covers the order of what the store is told;
 * watches.events_lock (a spinlock) covers the lists and is taken inside.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/err.h>
#include <linux/export.h>
#include <linux/kstrtox.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "path.h"
#include "store.h"
#include "trace.h"
#include "watch.h"

/* Different paths of one watch that may be queued. */
#define PENDING_MAX	256

#define TOKEN_LEN	12

/* Watches of one node that earlier kernels may have left in the store. */
#define TOKEN_TRIES	16

struct watch_entry {
	struct list_head list;
	struct xenbus_watch *watch;
	u32 token;
	bool set;
};

struct watch_event {
	struct list_head list;
	struct xenbus_watch *watch;
	const char *path;
	const char *token;
	char *body;
};

struct watches {
	/* The order of what the store is told. */
	struct mutex lock;
	/* The lists below, nr_pending of each watch, and running. */
	spinlock_t events_lock;
	struct list_head entries;
	struct list_head events;
	struct xenbus_watch *running;
	u32 next_token;
	unsigned long dropped;
	wait_queue_head_t wq;
	struct task_struct *thread;
};

static struct watches watches = {
	.lock = __MUTEX_INITIALIZER(watches.lock),
	.events_lock = __SPIN_LOCK_UNLOCKED(watches.events_lock),
	.entries = LIST_HEAD_INIT(watches.entries),
	.events = LIST_HEAD_INIT(watches.events),
	.wq = __WAIT_QUEUE_HEAD_INITIALIZER(watches.wq),
};

static struct watch_entry *entry_by_token(const char *token)
{
	struct watch_entry *entry;
	u32 number;

	if (kstrtou32(token, 16, &number))
		return NULL;
	list_for_each_entry(entry, &watches.entries, list)
		if (entry->token == number)
			return entry;
	return NULL;
}

static struct watch_entry *entry_of(const struct xenbus_watch *watch)
{
	struct watch_entry *entry;

	list_for_each_entry(entry, &watches.entries, list)
		if (entry->watch == watch)
			return entry;
	return NULL;
}

static bool is_queued(const struct xenbus_watch *watch, const char *path)
{
	const struct watch_event *event;

	if (!watch->nr_pending)
		return false;
	list_for_each_entry(event, &watches.events, list)
		if (event->watch == watch && !strcmp(event->path, path))
			return true;
	return false;
}

static bool queue_event(struct watch_event *event)
{
	struct watch_entry *entry = entry_by_token(event->token);
	struct xenbus_watch *watch;

	lockdep_assert_held(&watches.events_lock);
	/* Gone, or of an earlier owner of the connection. */
	if (!entry)
		return false;

	watch = entry->watch;
	if (!store_path_below(event->path, watch->node))
		return false;
	if (watch->will_handle &&
	    !watch->will_handle(watch, event->path, event->token))
		return false;

	if (watch->nr_pending >= PENDING_MAX) {
		watches.dropped++;
		event->path = watch->node;
	}
	if (is_queued(watch, event->path))
		return false;

	event->watch = watch;
	watch->nr_pending++;
	list_add_tail(&event->list, &watches.events);
	return true;
}

static void free_event(struct watch_event *event)
{
	kfree(event->body);
	kfree(event);
}

/**
 * watch_event() - a watch event came
 * @body: its body, with a zero after it; taken over
 * @len: its length
 *
 * From the store's rx_work. What is queued is small and bounded, so there is
 * memory for it: losing an event could hang a device.
 *
 * Return: false if it is none that the store may send.
 */
bool watch_event(char *body, size_t len)
{
	struct watch_event *event;
	bool queued;

	event = kzalloc(sizeof(*event), GFP_NOIO | __GFP_HIGH | __GFP_NOFAIL);
	event->body = body;
	if (!store_msg_pair(body, len, &event->path, &event->token)) {
		free_event(event);
		return false;
	}
	trace_xenbus_watch(event->path, event->token);

	spin_lock(&watches.events_lock);
	queued = queue_event(event);
	spin_unlock(&watches.events_lock);

	if (queued)
		wake_up_all(&watches.wq);
	else
		free_event(event);
	return true;
}

static struct watch_event *next_event(void)
{
	struct watch_event *event;

	spin_lock(&watches.events_lock);
	event = list_first_entry_or_null(&watches.events, struct watch_event,
					 list);
	if (event) {
		list_del(&event->list);
		event->watch->nr_pending--;
		watches.running = event->watch;
	}
	spin_unlock(&watches.events_lock);
	return event;
}

static void run_event(struct watch_event *event)
{
	event->watch->callback(event->watch, event->path, event->token);

	/* From here on the watch may be gone. */
	spin_lock(&watches.events_lock);
	watches.running = NULL;
	spin_unlock(&watches.events_lock);
	wake_up_all(&watches.wq);
	free_event(event);
}

static int xenwatch(void *unused)
{
	struct watch_event *event;

	while (!kthread_should_stop()) {
		wait_event_interruptible(watches.wq,
					 kthread_should_stop() ||
					 !list_empty(&watches.events));
		event = next_event();
		if (event)
			run_event(event);
	}
	return 0;
}

static int tell_store(const struct watch_entry *entry, u32 type)
{
	char token[TOKEN_LEN];
	struct kvec vec[2];
	void *answer;

	snprintf(token, sizeof(token), "%x", entry->token);
	vec[0].iov_base = (void *)entry->watch->node;
	vec[0].iov_len = strlen(entry->watch->node) + 1;
	vec[1].iov_base = token;
	vec[1].iov_len = strlen(token) + 1;

	answer = store_talk(XBT_NIL, type, vec, ARRAY_SIZE(vec), NULL);
	if (IS_ERR(answer))
		return PTR_ERR(answer);
	kfree(answer);
	return 0;
}

static void renumber(struct watch_entry *entry)
{
	spin_lock(&watches.events_lock);
	entry->token = watches.next_token++;
	spin_unlock(&watches.events_lock);
}

static int set_watch(struct watch_entry *entry)
{
	int err = tell_store(entry, XS_WATCH);
	unsigned int tries;

	/*
	 * A kernel before this one has set the same, and the store can't be
	 * told to forget that. Only a new one begins with an event.
	 */
	for (tries = 0; err == -EEXIST && tries < TOKEN_TRIES; tries++) {
		renumber(entry);
		err = tell_store(entry, XS_WATCH);
	}

	entry->set = !err;
	/* No store yet: set when there is one. */
	return err == -ENXIO ? 0 : err;
}

static bool add_entry(struct watch_entry *entry)
{
	bool fresh;

	spin_lock(&watches.events_lock);
	fresh = !entry_of(entry->watch);
	if (fresh) {
		entry->token = watches.next_token++;
		entry->watch->nr_pending = 0;
		list_add_tail(&entry->list, &watches.entries);
	}
	spin_unlock(&watches.events_lock);
	return fresh;
}

static void remove_entry(struct watch_entry *entry)
{
	spin_lock(&watches.events_lock);
	list_del(&entry->list);
	spin_unlock(&watches.events_lock);
}

static void cancel_events(struct xenbus_watch *watch)
{
	struct watch_event *event, *tmp;
	LIST_HEAD(cancelled);

	spin_lock(&watches.events_lock);
	list_for_each_entry_safe(event, tmp, &watches.events, list)
		if (event->watch == watch)
			list_move(&event->list, &cancelled);
	watch->nr_pending = 0;
	spin_unlock(&watches.events_lock);

	list_for_each_entry_safe(event, tmp, &cancelled, list)
		free_event(event);
}

/* Afterwards the callback of a watch without an entry doesn't run, and won't. */
static void silence(struct xenbus_watch *watch)
{
	cancel_events(watch);
	if (current != watches.thread)
		wait_event(watches.wq, READ_ONCE(watches.running) != watch);
}

/**
 * register_xenbus_watch() - be told what changes at and below a node
 * @watch: the caller's until it is unregistered; its callback runs at once
 *	when the watch is set, and from then on
 *
 * Process context.
 *
 * Return: 0, also if there is no store yet; -EEXIST if @watch is registered;
 * or what the store answered.
 */
int register_xenbus_watch(struct xenbus_watch *watch)
{
	struct watch_entry *entry;
	int err = -EEXIST;

	entry = kzalloc(sizeof(*entry), GFP_KERNEL);
	if (!entry)
		return -ENOMEM;
	entry->watch = watch;

	mutex_lock(&watches.lock);
	if (WARN_ON_ONCE(!add_entry(entry)))
		goto err_free;
	err = set_watch(entry);
	if (err)
		goto err_remove;
	mutex_unlock(&watches.lock);
	return 0;

err_remove:
	remove_entry(entry);
	mutex_unlock(&watches.lock);
	/* The store may have sent events all the same. */
	silence(watch);
	kfree(entry);
	return err;

err_free:
	mutex_unlock(&watches.lock);
	kfree(entry);
	return err;
}
EXPORT_SYMBOL_GPL(register_xenbus_watch);

/**
 * unregister_xenbus_watch() - be told no more
 * @watch: a watch that is registered. When this returns its callback doesn't
 *	run and won't, unless this is called from a callback.
 *
 * Process context, without any lock that the callback takes.
 */
void unregister_xenbus_watch(struct xenbus_watch *watch)
{
	struct watch_entry *entry;
	int err = 0;

	mutex_lock(&watches.lock);
	spin_lock(&watches.events_lock);
	entry = entry_of(watch);
	if (entry)
		list_del(&entry->list);
	spin_unlock(&watches.events_lock);
	if (entry && entry->set)
		err = tell_store(entry, XS_UNWATCH);
	mutex_unlock(&watches.lock);

	if (WARN_ON_ONCE(!entry))
		return;
	kfree(entry);
	/* A store that is gone has forgotten it. */
	if (err && err != -EIO && err != -ENXIO)
		pr_warn("can't release the watch of %s: error %d\n",
			watch->node, err);

	silence(watch);
}
EXPORT_SYMBOL_GPL(unregister_xenbus_watch);

/** watch_reset() - drop what an earlier owner of the connection watched */
void watch_reset(void)
{
	void *answer;

	if (!xenbus_read_unsigned("control", "platform-feature-xs_reset_watches",
				  0))
		return;
	answer = store_talk(XBT_NIL, XS_RESET_WATCHES,
			    &(struct kvec) { .iov_base = "", .iov_len = 1 },
			    1, NULL);
	if (!IS_ERR(answer))
		kfree(answer);
	else if (PTR_ERR(answer) != -EEXIST)
		pr_warn("watches of an earlier kernel stay: error %ld\n",
			PTR_ERR(answer));
}

static void replay_locked(void)
{
	struct watch_entry *entry;
	int err;

	/* Entries come and go under watches.lock only. */
	list_for_each_entry(entry, &watches.entries, list) {
		err = set_watch(entry);
		if (err)
			pr_warn("can't watch %s: error %d\n",
				entry->watch->node, err);
	}
}

/** watch_replay() - set all watches on a new connection */
void watch_replay(void)
{
	mutex_lock(&watches.lock);
	replay_locked();
	mutex_unlock(&watches.lock);
}

/** watch_suspend() - keep watches from being told to the store */
void watch_suspend(void)
{
	mutex_lock(&watches.lock);
}

/**
 * watch_resume() - undo watch_suspend(), in the same task
 * @replay: whether the connection is a new one
 */
void watch_resume(bool replay)
{
	if (replay)
		replay_locked();
	mutex_unlock(&watches.lock);
}

/** watch_show() - for debugfs: all watches, one a line */
void watch_show(struct seq_file *m)
{
	const struct watch_entry *entry;

	mutex_lock(&watches.lock);
	list_for_each_entry(entry, &watches.entries, list)
		seq_printf(m, "%x %s pending=%u%s\n", entry->token,
			   entry->watch->node,
			   READ_ONCE(entry->watch->nr_pending),
			   entry->set ? "" : " not set");
	seq_printf(m, "merged by overflow: %lu\n", watches.dropped);
	mutex_unlock(&watches.lock);
}

/** watch_init() - start the thread that callbacks run in */
int watch_init(void)
{
	struct task_struct *thread = kthread_run(xenwatch, NULL, "xenwatch");

	if (IS_ERR(thread))
		return PTR_ERR(thread);
	watches.thread = thread;
	return 0;
}

/** watch_exit() - stop it; no watch is registered any more */
void watch_exit(void)
{
	kthread_stop(watches.thread);
	watches.thread = NULL;
	WARN_ON(!list_empty(&watches.entries));
}
