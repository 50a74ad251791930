/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XEN_GUEST_FEATURES_H
#define XEN_GUEST_FEATURES_H

#include <linux/types.h>

/**
 * xen_features_decode() - spread a feature word out, a byte for each bit
 * @features: 32 of them
 * @submap: the word
 */
static inline void xen_features_decode(u8 *features, u32 submap)
{
	unsigned int bit;

	for (bit = 0; bit < 32; bit++)
		features[bit] = (submap >> bit) & 1;
}

#endif /* XEN_GUEST_FEATURES_H */
