/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XEN_STORE_WATCH_H
#define XEN_STORE_WATCH_H

#include <linux/types.h>

struct seq_file;

bool watch_event(char *body, size_t len);
int watch_init(void);
void watch_exit(void);
void watch_suspend(void);
void watch_resume(bool replay);
void watch_reset(void);
void watch_replay(void);
void watch_show(struct seq_file *m);

#endif /* XEN_STORE_WATCH_H */
