/* SPDX-License-Identifier: GPL-2.0 */
/* Between the harness's line protocol and the channel that carries it. */
#ifndef XENLET_HARNESS_H
#define XENLET_HARNESS_H

#include <xenlet/types.h>

/** channel_open() - find a virtio console and start it
 * @received: called with the bytes that arrive, from work
 * Return: true if there is one
 */
bool channel_open(void (*received)(const char *buf, size_t len));
/** channel_send() - queue all of @buf or nothing; false if it doesn't fit */
bool channel_send(const char *buf, size_t len);
/** channel_poll() - move what can be moved; true while bytes wait to go out */
bool channel_poll(void);
void channel_interrupt(void);
/** channel_is_at() - is the channel the device at @base */
bool channel_is_at(paddr_t base);

#endif /* XENLET_HARNESS_H */
