/* SPDX-License-Identifier: GPL-2.0 */
/* Built in, the layer's parameters are xen.NAME, as Linux's own are. */
#ifndef XEN_EVENTS_PARAM_H
#define XEN_EVENTS_PARAM_H

#include <linux/moduleparam.h>

#ifndef MODULE
#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "xen."
#endif

#endif /* XEN_EVENTS_PARAM_H */
