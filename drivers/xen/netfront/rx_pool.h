/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory for receive buffers: XEN_PAGE_SIZE each, so that no grant shows a
 * neighbour of a buffer that isn't a buffer too.
 *
 * With a page pool, pages come back to it when the stack has done with them,
 * and a page larger than a buffer holds several. Without, a buffer is a page.
 * To be used by one context at a time: the queue's poll function, or nobody
 * else running.
 */
#ifndef _XEN_NETFRONT_RX_POOL_H
#define _XEN_NETFRONT_RX_POOL_H

#include <linux/mm.h>
#include <linux/skbuff.h>

#include <xen/page.h>

#if IS_ENABLED(CONFIG_PAGE_POOL)
#include <net/page_pool/helpers.h>
#endif

/* Fresh pages are cleared: a grant must not show what they held before. */
#define NETFRONT_RX_GFP	(GFP_ATOMIC | __GFP_NOWARN | __GFP_ZERO)

/**
 * struct netfront_rx_buf - a buffer
 * @page: where it lies; the holder owns one reference of the pool's kind
 * @offset: and where in it, in bytes
 */
struct netfront_rx_buf {
	struct page *page;
	unsigned int offset;
};

static inline void *netfront_rx_buf_data(const struct netfront_rx_buf *buf)
{
	return page_address(buf->page) + buf->offset;
}

static inline unsigned long
netfront_rx_buf_gfn(const struct netfront_rx_buf *buf)
{
	return pfn_to_gfn(page_to_xen_pfn(buf->page) +
			  (buf->offset >> XEN_PAGE_SHIFT));
}

#if IS_ENABLED(CONFIG_PAGE_POOL)

/* How much memory a buffer costs. */
#define NETFRONT_RX_TRUESIZE	XEN_PAGE_SIZE

struct netfront_rx_pool {
	struct page_pool *pages;
};

static inline int netfront_rx_pool_create(struct netfront_rx_pool *pool,
					  unsigned int buffers)
{
	struct page_pool_params params = {
		.pool_size = DIV_ROUND_UP(buffers, XEN_PFN_PER_PAGE),
		.nid = NUMA_NO_NODE,
	};

	pool->pages = page_pool_create(&params);
	return PTR_ERR_OR_ZERO(pool->pages);
}

static inline void netfront_rx_pool_destroy(struct netfront_rx_pool *pool)
{
	if (!IS_ERR_OR_NULL(pool->pages))
		page_pool_destroy(pool->pages);
	pool->pages = NULL;
}

static inline bool netfront_rx_pool_get(struct netfront_rx_pool *pool,
					struct netfront_rx_buf *buf)
{
	buf->offset = 0;
	if (PAGE_SIZE == XEN_PAGE_SIZE)
		buf->page = page_pool_alloc_pages(pool->pages,
						  NETFRONT_RX_GFP);
	else
		buf->page = page_pool_alloc_frag(pool->pages, &buf->offset,
						 XEN_PAGE_SIZE,
						 NETFRONT_RX_GFP);
	return buf->page;
}

/* A page to which somebody else has a reference leaves the pool here. */
static inline void netfront_rx_pool_put(struct netfront_rx_pool *pool,
					struct netfront_rx_buf *buf,
					bool in_poll)
{
	page_pool_put_full_page(pool->pages, buf->page, in_poll);
	buf->page = NULL;
}

static inline void netfront_rx_pool_mark(struct sk_buff *skb)
{
	skb_mark_for_recycle(skb);
}

#else /* !CONFIG_PAGE_POOL */

#define NETFRONT_RX_TRUESIZE	PAGE_SIZE

struct netfront_rx_pool {
};

static inline int netfront_rx_pool_create(struct netfront_rx_pool *pool,
					  unsigned int buffers)
{
	return 0;
}

static inline void netfront_rx_pool_destroy(struct netfront_rx_pool *pool)
{
}

static inline bool netfront_rx_pool_get(struct netfront_rx_pool *pool,
					struct netfront_rx_buf *buf)
{
	buf->offset = 0;
	buf->page = alloc_page(NETFRONT_RX_GFP);
	return buf->page;
}

static inline void netfront_rx_pool_put(struct netfront_rx_pool *pool,
					struct netfront_rx_buf *buf,
					bool in_poll)
{
	put_page(buf->page);
	buf->page = NULL;
}

static inline void netfront_rx_pool_mark(struct sk_buff *skb)
{
}

#endif /* CONFIG_PAGE_POOL */

#endif /* _XEN_NETFRONT_RX_POOL_H */
