/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xen_grant

#if !defined(XEN_GRANT_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define XEN_GRANT_TRACE_H

#include <linux/tracepoint.h>
#include <linux/types.h>

TRACE_EVENT(xen_grant_open,
	TP_PROTO(u32 ref, u16 domid, unsigned long gfn, bool readonly),
	TP_ARGS(ref, domid, gfn, readonly),
	TP_STRUCT__entry(
		__field(u32, ref)
		__field(u16, domid)
		__field(bool, readonly)
		__field(unsigned long, gfn)
	),
	TP_fast_assign(
		__entry->ref = ref;
		__entry->domid = domid;
		__entry->readonly = readonly;
		__entry->gfn = gfn;
	),
	TP_printk("ref=%u domid=%u gfn=%#lx %s", __entry->ref,
		  __entry->domid, __entry->gfn,
		  __entry->readonly ? "ro" : "rw")
);

TRACE_EVENT(xen_grant_close,
	TP_PROTO(u32 ref, bool closed),
	TP_ARGS(ref, closed),
	TP_STRUCT__entry(
		__field(u32, ref)
		__field(bool, closed)
	),
	TP_fast_assign(
		__entry->ref = ref;
		__entry->closed = closed;
	),
	TP_printk("ref=%u %s", __entry->ref,
		  __entry->closed ? "closed" : "in use")
);

TRACE_EVENT(xen_grant_grow,
	TP_PROTO(unsigned int frames, int err),
	TP_ARGS(frames, err),
	TP_STRUCT__entry(
		__field(unsigned int, frames)
		__field(int, err)
	),
	TP_fast_assign(
		__entry->frames = frames;
		__entry->err = err;
	),
	TP_printk("frames=%u err=%d", __entry->frames, __entry->err)
);

TRACE_EVENT(xen_grant_map,
	TP_PROTO(unsigned int cmd, unsigned int count, int err),
	TP_ARGS(cmd, count, err),
	TP_STRUCT__entry(
		__field(unsigned int, cmd)
		__field(unsigned int, count)
		__field(int, err)
	),
	TP_fast_assign(
		__entry->cmd = cmd;
		__entry->count = count;
		__entry->err = err;
	),
	TP_printk("cmd=%u count=%u err=%d", __entry->cmd, __entry->count,
		  __entry->err)
);

#endif /* XEN_GRANT_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
