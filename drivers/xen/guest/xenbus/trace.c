// SPDX-License-Identifier: GPL-2.0
/* The store's and the bus's tracepoints. */
#define CREATE_TRACE_POINTS
#include "trace.h"
