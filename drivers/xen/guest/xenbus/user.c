// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/xen/xenbus: the store's own protocol, for programs.
 *
 * What is written is messages, in pieces of any size; what is read is answers
 * and watch events. Transactions and watches belong to the open file and end
 * with it.
 *
 * Locks, outer first:
 *
 *	user.write_lock		the message that is being written, and watches;
 *				held while a message is sent
 *	  user.lock		transactions and what waits to be read
 *
 * Answers come from the store's rx_work and events from the xenwatch thread:
 * both take user.lock alone, so that a writer that waits for room in the ring
 * doesn't stop what makes room.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/err.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "bus.h"
#include "store.h"

/* Bytes that may wait to be read before writing has to wait too. */
#define UNREAD_MAX	SZ_1M

struct opener {
	struct kref kref;
	/* See above. */
	struct mutex write_lock;
	struct store_msg msg;
	struct list_head watches;

	/* See above. */
	spinlock_t lock;
	struct list_head transactions;
	struct list_head unread;
	size_t unread_bytes;
	bool events_lost;

	/* One reader at a time. */
	struct mutex read_lock;
	wait_queue_head_t wq;
	struct work_struct cleanup;
};

struct user_transaction {
	struct list_head list;
	u32 id;
	unsigned int generation;
};

struct user_watch {
	struct list_head list;
	struct xenbus_watch watch;
	struct opener *user;
	char *token;
};

/* A message to be read, and how much of it was. */
struct unread {
	struct list_head list;
	size_t len;
	size_t pos;
	char data[] __counted_by(len);
};

struct user_request {
	struct store_request request;
	struct kvec vec;
	struct opener *user;
	struct user_transaction *transaction;
};

static struct workqueue_struct *cleanup_wq;

static struct unread *make_unread(const struct xsd_sockmsg *hdr,
				  const char *first, size_t first_len,
				  const char *second, size_t second_len)
{
	size_t len = sizeof(*hdr) + first_len + second_len;
	struct unread *unread = kmalloc(struct_size(unread, data, len),
					GFP_KERNEL);

	if (!unread)
		return NULL;
	unread->len = len;
	unread->pos = 0;
	memcpy(unread->data, hdr, sizeof(*hdr));
	memcpy(unread->data + sizeof(*hdr), first, first_len);
	memcpy(unread->data + sizeof(*hdr) + first_len, second, second_len);
	return unread;
}

/* Return: false, with @unread freed, if it is an event for which is no room. */
static bool queue_unread(struct opener *user, struct unread *unread, bool event)
{
	bool lost;

	spin_lock(&user->lock);
	lost = event && user->unread_bytes > UNREAD_MAX;
	if (lost) {
		lost = !user->events_lost;
		user->events_lost = true;
		spin_unlock(&user->lock);
		if (lost)
			pr_warn("a program doesn't read its watch events: some are lost\n");
		kfree(unread);
		return false;
	}
	list_add_tail(&unread->list, &user->unread);
	user->unread_bytes += unread->len;
	spin_unlock(&user->lock);
	wake_up_interruptible(&user->wq);
	return true;
}

/* Answer in the store's place. */
static int reply(struct opener *user, u32 type, const char *text)
{
	struct xsd_sockmsg hdr = user->msg.hdr;
	struct unread *unread;

	hdr.type = type;
	hdr.len = strlen(text) + 1;
	unread = make_unread(&hdr, text, hdr.len, "", 0);
	if (!unread)
		return -ENOMEM;
	queue_unread(user, unread, false);
	return 0;
}

static void user_release(struct kref *kref)
{
	struct opener *user = container_of(kref, struct opener, kref);

	/* The last to let go may be rx_work, which mustn't wait for answers. */
	queue_work(cleanup_wq, &user->cleanup);
}

static void end_transaction(u32 id)
{
	struct kvec vec = { .iov_base = "F", .iov_len = 2 };
	void *answer;

	answer = store_talk((struct xenbus_transaction) { id },
			    XS_TRANSACTION_END, &vec, 1, NULL);
	if (!IS_ERR(answer))
		kfree(answer);
}

static void free_watch(struct user_watch *watch)
{
	kfree(watch->watch.node);
	kfree(watch->token);
	kfree(watch);
}

static void remove_watch(struct user_watch *watch)
{
	unregister_xenbus_watch(&watch->watch);
	list_del(&watch->list);
	free_watch(watch);
}

/* Nobody has a reference any more: no lock is needed. */
static void cleanup_work(struct work_struct *work)
{
	struct opener *user = container_of(work, struct opener, cleanup);
	struct user_transaction *transaction, *next_transaction;
	struct user_watch *watch, *next_watch;
	struct unread *unread, *next_unread;

	list_for_each_entry_safe(watch, next_watch, &user->watches, list)
		remove_watch(watch);
	list_for_each_entry_safe(transaction, next_transaction,
				 &user->transactions, list) {
		if (transaction->generation == xen_store.generation)
			end_transaction(transaction->id);
		kfree(transaction);
	}
	list_for_each_entry_safe(unread, next_unread, &user->unread, list)
		kfree(unread);
	kfree(user->msg.body);
	kfree(user);
}

static struct user_transaction *find_transaction(struct opener *user, u32 id)
{
	struct user_transaction *transaction;

	lockdep_assert_held(&user->lock);
	list_for_each_entry(transaction, &user->transactions, list)
		if (transaction->id == id)
			return transaction;
	return NULL;
}

/* From rx_work, or from whoever breaks the connection. */
static void answered(struct store_request *request)
{
	struct user_request *ureq = container_of(request, struct user_request,
						 request);
	struct user_transaction *transaction = ureq->transaction;
	struct opener *user = ureq->user;
	struct unread *unread;

	if (request->err) {
		request->hdr.type = XS_ERROR;
		request->hdr.req_id = request->caller_id;
		request->hdr.len = sizeof("EIO");
		request->body = kstrdup("EIO", GFP_KERNEL);
	}

	if (transaction && request->hdr.type == XS_TRANSACTION_START &&
	    !kstrtou32(request->body, 10, &transaction->id)) {
		spin_lock(&user->lock);
		list_add(&transaction->list, &user->transactions);
		spin_unlock(&user->lock);
	} else {
		kfree(transaction);
	}

	unread = request->body ? make_unread(&request->hdr, request->body,
					     request->hdr.len, "", 0) : NULL;
	if (unread)
		queue_unread(user, unread, false);
	else
		pr_warn_ratelimited("no memory for an answer to a program\n");

	kfree(request->body);
	kfree(ureq->vec.iov_base);
	kfree(ureq);
	kref_put(&user->kref, user_release);
}

/* Send the message that was written; its body goes with it. */
static int forward(struct opener *user, struct user_transaction *transaction)
{
	struct user_request *ureq = kzalloc(sizeof(*ureq), GFP_KERNEL);
	int err;

	if (!ureq) {
		kfree(transaction);
		return -ENOMEM;
	}
	ureq->request.hdr = user->msg.hdr;
	ureq->vec.iov_base = user->msg.body;
	ureq->vec.iov_len = user->msg.hdr.len;
	ureq->request.vec = &ureq->vec;
	ureq->request.nr_vecs = 1;
	ureq->request.done = answered;
	ureq->user = user;
	ureq->transaction = transaction;
	user->msg.body = NULL;
	kref_get(&user->kref);

	err = store_submit(&xen_store, &ureq->request);
	if (err) {
		kref_put(&user->kref, user_release);
		kfree(ureq->vec.iov_base);
		kfree(ureq);
		kfree(transaction);
	}
	return err;
}

static int start_transaction(struct opener *user)
{
	struct user_transaction *transaction;

	transaction = kzalloc(sizeof(*transaction), GFP_KERNEL);
	if (!transaction)
		return -ENOMEM;
	transaction->generation = xen_store.generation;
	return forward(user, transaction);
}

static bool says_how_to_end(const struct store_msg *msg)
{
	return msg->hdr.len == 2 &&
	       (!strcmp(msg->body, "T") || !strcmp(msg->body, "F"));
}

/* A message within a transaction, which must be this file's. */
static int within_transaction(struct opener *user)
{
	bool ends = user->msg.hdr.type == XS_TRANSACTION_END;
	struct user_transaction *transaction;
	bool stale = false;

	if (ends && !says_how_to_end(&user->msg))
		return reply(user, XS_ERROR, "EINVAL");

	spin_lock(&user->lock);
	transaction = find_transaction(user, user->msg.hdr.tx_id);
	if (transaction) {
		stale = transaction->generation != xen_store.generation;
		if (ends)
			list_del(&transaction->list);
	}
	spin_unlock(&user->lock);

	if (!transaction)
		return reply(user, XS_ERROR, "ENOENT");
	if (ends)
		kfree(transaction);
	/* The store that knew it was left behind. */
	if (stale && ends && *user->msg.body == 'F')
		return reply(user, XS_TRANSACTION_END, "OK");
	if (stale)
		return reply(user, XS_ERROR, ends ? "EAGAIN" : "ENOENT");
	return forward(user, NULL);
}

static void watch_fired(struct xenbus_watch *fired, const char *path,
			const char *token)
{
	struct user_watch *watch = container_of(fired, struct user_watch,
						watch);
	struct xsd_sockmsg hdr = { .type = XS_WATCH_EVENT };
	size_t path_len = strlen(path) + 1;
	size_t token_len = strlen(watch->token) + 1;
	struct unread *unread;

	hdr.len = path_len + token_len;
	unread = make_unread(&hdr, path, path_len, watch->token, token_len);
	if (unread)
		queue_unread(watch->user, unread, true);
}

static int add_watch(struct opener *user, const char *path, const char *token)
{
	struct user_watch *watch = kzalloc(sizeof(*watch), GFP_KERNEL);
	int err = -ENOMEM;

	if (!watch)
		return err;
	watch->user = user;
	watch->watch.callback = watch_fired;
	watch->watch.node = kstrdup(path, GFP_KERNEL);
	watch->token = kstrdup(token, GFP_KERNEL);
	if (!watch->watch.node || !watch->token)
		goto err_free;

	err = register_xenbus_watch(&watch->watch);
	if (err)
		goto err_free;
	list_add(&watch->list, &user->watches);
	return 0;

err_free:
	free_watch(watch);
	return err;
}

static struct user_watch *find_watch(struct opener *user, const char *path,
				     const char *token)
{
	struct user_watch *watch;

	list_for_each_entry(watch, &user->watches, list)
		if (!strcmp(watch->watch.node, path) &&
		    !strcmp(watch->token, token))
			return watch;
	return NULL;
}

static int change_watch(struct opener *user)
{
	struct store_msg *msg = &user->msg;
	const char *path, *token;
	struct user_watch *watch;
	int err = 0;

	if (!store_msg_pair(msg->body, msg->hdr.len, &path, &token))
		return reply(user, XS_ERROR, "EINVAL");

	watch = find_watch(user, path, token);
	if (msg->hdr.type == XS_WATCH && watch)
		return reply(user, XS_ERROR, "EEXIST");
	if (msg->hdr.type == XS_UNWATCH && !watch)
		return reply(user, XS_ERROR, "ENOENT");

	if (watch)
		remove_watch(watch);
	else
		err = add_watch(user, path, token);
	return err ?: reply(user, msg->hdr.type, "OK");
}

static int handle_message(struct opener *user)
{
	switch (user->msg.hdr.type) {
	case XS_WATCH:
	case XS_UNWATCH:
		return change_watch(user);
	case XS_WATCH_EVENT:
	case XS_ERROR:
		/* What only a store says. */
	case XS_RESET_WATCHES:
		/* It would take the kernel's own watches away. */
		return reply(user, XS_ERROR, "EINVAL");
	case XS_TRANSACTION_START:
		if (!user->msg.hdr.tx_id)
			return start_transaction(user);
		return reply(user, XS_ERROR, "EBUSY");
	case XS_TRANSACTION_END:
		return within_transaction(user);
	default:
		if (user->msg.hdr.tx_id)
			return within_transaction(user);
		return forward(user, NULL);
	}
}

static void drop_message(struct opener *user)
{
	kfree(user->msg.body);
	store_msg_reset(&user->msg);
}

/* Return: what was taken of @len bytes, or a negative errno. */
static ssize_t take_piece(struct opener *user, const char __user *buf,
			  size_t len)
{
	enum store_msg_step step;
	void *where;
	size_t count;
	int err;

	count = min(store_msg_want(&user->msg, &where), len);
	if (copy_from_user(where, buf, count))
		return -EFAULT;

	step = store_msg_got(&user->msg, count);
	if (step == STORE_MSG_BODY) {
		where = kmalloc(user->msg.hdr.len + 1, GFP_KERNEL);
		if (!where)
			return -ENOMEM;
		store_msg_give(&user->msg, where);
		/* A message without a body is complete. */
		if (user->msg.hdr.len)
			return count;
		step = store_msg_got(&user->msg, 0);
	}
	if (step == STORE_MSG_MORE)
		return count;

	if (step == STORE_MSG_BAD)
		err = user->msg.hdr.len > XENSTORE_PAYLOAD_MAX ? -E2BIG :
								 -EINVAL;
	else
		err = handle_message(user);
	drop_message(user);
	return err ?: count;
}

static bool has_room(struct opener *user)
{
	return READ_ONCE(user->unread_bytes) <= UNREAD_MAX;
}

static ssize_t xenbus_write_file(struct file *file, const char __user *buf,
				 size_t len, loff_t *pos)
{
	struct opener *user = file->private_data;
	ssize_t taken, done = 0;
	int err;

	if (!has_room(user)) {
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(user->wq, has_room(user));
		if (err)
			return err;
	}

	mutex_lock(&user->write_lock);
	do {
		taken = len ? take_piece(user, buf + done, len - done) : 0;
		if (taken < 0)
			break;
		done += taken;
		/* One long write must not get round the limit. */
	} while (done < len && has_room(user));
	mutex_unlock(&user->write_lock);
	return taken < 0 && !done ? taken : done;
}

static struct unread *first_unread(struct opener *user)
{
	struct unread *unread;

	spin_lock(&user->lock);
	unread = list_first_entry_or_null(&user->unread, struct unread, list);
	spin_unlock(&user->lock);
	return unread;
}

static void drop_unread(struct opener *user, struct unread *unread)
{
	spin_lock(&user->lock);
	list_del(&unread->list);
	user->unread_bytes -= unread->len;
	if (user->unread_bytes <= UNREAD_MAX)
		user->events_lost = false;
	spin_unlock(&user->lock);
	kfree(unread);
	wake_up_interruptible(&user->wq);
}

/* Readers take turns: only they remove what is to be read. */
static ssize_t copy_unread(struct opener *user, char __user *buf, size_t len)
{
	struct unread *unread;
	size_t done = 0, count;

	while (done < len && (unread = first_unread(user))) {
		count = min(len - done, unread->len - unread->pos);
		if (copy_to_user(buf + done, unread->data + unread->pos,
				 count))
			return done ?: -EFAULT;
		done += count;
		unread->pos += count;
		if (unread->pos == unread->len)
			drop_unread(user, unread);
	}
	return done;
}

static ssize_t xenbus_read_file(struct file *file, char __user *buf,
				size_t len, loff_t *pos)
{
	struct opener *user = file->private_data;
	ssize_t done;
	int err;

	if (!len)
		return 0;
	for (;;) {
		mutex_lock(&user->read_lock);
		done = copy_unread(user, buf, len);
		mutex_unlock(&user->read_lock);
		if (done)
			return done;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(user->wq, first_unread(user));
		if (err)
			return err;
	}
}

static __poll_t xenbus_poll_file(struct file *file, poll_table *wait)
{
	struct opener *user = file->private_data;
	__poll_t mask = 0;

	poll_wait(file, &user->wq, wait);
	if (first_unread(user))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (has_room(user))
		mask |= EPOLLOUT | EPOLLWRNORM;
	return mask;
}

static int xenbus_open_file(struct inode *inode, struct file *file)
{
	struct opener *user;

	if (!xen_store_evtchn)
		return -ENOENT;

	user = kzalloc(sizeof(*user), GFP_KERNEL);
	if (!user)
		return -ENOMEM;
	kref_init(&user->kref);
	mutex_init(&user->write_lock);
	mutex_init(&user->read_lock);
	spin_lock_init(&user->lock);
	INIT_LIST_HEAD(&user->watches);
	INIT_LIST_HEAD(&user->transactions);
	INIT_LIST_HEAD(&user->unread);
	init_waitqueue_head(&user->wq);
	INIT_WORK(&user->cleanup, cleanup_work);

	file->private_data = user;
	return stream_open(inode, file);
}

static int xenbus_release_file(struct inode *inode, struct file *file)
{
	struct opener *user = file->private_data;

	kref_put(&user->kref, user_release);
	return 0;
}

const struct file_operations xen_xenbus_fops = {
	.owner = THIS_MODULE,
	.read = xenbus_read_file,
	.write = xenbus_write_file,
	.open = xenbus_open_file,
	.release = xenbus_release_file,
	.poll = xenbus_poll_file,
};
EXPORT_SYMBOL_GPL(xen_xenbus_fops);

static struct miscdevice xenbus_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "xen/xenbus",
	.fops = &xen_xenbus_fops,
};

/** user_init() - make ready to clean up after files */
int user_init(void)
{
	cleanup_wq = alloc_workqueue("xenbus-user", WQ_UNBOUND, 0);
	return cleanup_wq ? 0 : -ENOMEM;
}

/** user_exit() - what files left behind is cleaned up here */
void user_exit(void)
{
	/* An answer to a file that was closed still counts as its user. */
	store_drain();
	destroy_workqueue(cleanup_wq);
}

/** user_dev_init() - make the device */
int user_dev_init(void)
{
	return misc_register(&xenbus_device);
}

/** user_dev_exit() - remove it */
void user_dev_exit(void)
{
	misc_deregister(&xenbus_device);
}
