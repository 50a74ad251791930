/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xenbus

#if !defined(XEN_XENBUS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define XEN_XENBUS_TRACE_H

#include <linux/tracepoint.h>
#include <linux/types.h>

DECLARE_EVENT_CLASS(xenbus_wire,
	TP_PROTO(u32 id, u32 type, u32 tx, u32 len),
	TP_ARGS(id, type, tx, len),
	TP_STRUCT__entry(
		__field(u32, id)
		__field(u32, type)
		__field(u32, tx)
		__field(u32, len)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->type = type;
		__entry->tx = tx;
		__entry->len = len;
	),
	TP_printk("id=%u type=%u tx=%u len=%u", __entry->id, __entry->type,
		  __entry->tx, __entry->len)
);

DEFINE_EVENT(xenbus_wire, xenbus_request,
	TP_PROTO(u32 id, u32 type, u32 tx, u32 len),
	TP_ARGS(id, type, tx, len)
);

DEFINE_EVENT(xenbus_wire, xenbus_message,
	TP_PROTO(u32 id, u32 type, u32 tx, u32 len),
	TP_ARGS(id, type, tx, len)
);

TRACE_EVENT(xenbus_watch,
	TP_PROTO(const char *path, const char *token),
	TP_ARGS(path, token),
	TP_STRUCT__entry(
		__string(path, path)
		__string(token, token)
	),
	TP_fast_assign(
		__assign_str(path);
		__assign_str(token);
	),
	TP_printk("path=%s token=%s", __get_str(path), __get_str(token))
);

TRACE_EVENT(xenbus_state,
	TP_PROTO(const char *node, unsigned int local, unsigned int peer),
	TP_ARGS(node, local, peer),
	TP_STRUCT__entry(
		__string(node, node)
		__field(unsigned int, local)
		__field(unsigned int, peer)
	),
	TP_fast_assign(
		__assign_str(node);
		__entry->local = local;
		__entry->peer = peer;
	),
	TP_printk("%s local=%u peer=%u", __get_str(node), __entry->local,
		  __entry->peer)
);

#endif /* XEN_XENBUS_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
