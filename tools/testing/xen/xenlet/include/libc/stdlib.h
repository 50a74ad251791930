/* SPDX-License-Identifier: GPL-2.0 */
/* libfdt asks for a C library's header by this name. */
#include <xenlet/lib.h>
