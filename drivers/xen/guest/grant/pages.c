// SPDX-License-Identifier: GPL-2.0
/*
 * Pages to map grants of other domains into, and caches of such pages.
 *
 * A grant is mapped over a page of guest physical space. The page must have a
 * struct page and no memory of its own behind it, which unmapping would not
 * bring back. Process context; caches are protected by their own lock.
 */
#include <linux/export.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "table.h"

#define SHRINK_BATCH	16

/**
 * gnttab_pages_set_private() - make room in pages for who granted them
 * @nr_pages: how many
 * @pages: the pages
 *
 * Return: 0 or -ENOMEM, after which gnttab_pages_clear_private() is due.
 */
int gnttab_pages_set_private(int nr_pages, struct page **pages)
{
	int i;

	for (i = 0; i < nr_pages; i++) {
		if (BITS_PER_LONG < 64) {
			struct xen_page_foreign *foreign;

			foreign = kzalloc(sizeof(*foreign), GFP_KERNEL);
			if (!foreign)
				return -ENOMEM;
			set_page_private(pages[i], (unsigned long)foreign);
		}
		SetPagePrivate(pages[i]);
	}
	return 0;
}
EXPORT_SYMBOL_GPL(gnttab_pages_set_private);

/**
 * gnttab_pages_clear_private() - undo gnttab_pages_set_private()
 * @nr_pages: how many
 * @pages: the pages
 */
void gnttab_pages_clear_private(int nr_pages, struct page **pages)
{
	int i;

	for (i = 0; i < nr_pages; i++) {
		if (!PagePrivate(pages[i]))
			continue;
		if (BITS_PER_LONG < 64)
			kfree((void *)page_private(pages[i]));
		set_page_private(pages[i], 0);
		ClearPagePrivate(pages[i]);
	}
}
EXPORT_SYMBOL_GPL(gnttab_pages_clear_private);

/**
 * gnttab_alloc_pages() - allocate pages to map grants into
 * @nr_pages: how many
 * @pages: the pages
 *
 * Return: 0 or a negative errno.
 */
int gnttab_alloc_pages(int nr_pages, struct page **pages)
{
	int err;

	err = xen_alloc_unpopulated_pages(nr_pages, pages);
	if (err < 0)
		return err;
	err = gnttab_pages_set_private(nr_pages, pages);
	if (err)
		gnttab_free_pages(nr_pages, pages);
	return err;
}
EXPORT_SYMBOL_GPL(gnttab_alloc_pages);

/**
 * gnttab_free_pages() - free pages that nothing is mapped into any more
 * @nr_pages: how many
 * @pages: the pages
 */
void gnttab_free_pages(int nr_pages, struct page **pages)
{
	gnttab_pages_clear_private(nr_pages, pages);
	xen_free_unpopulated_pages(nr_pages, pages);
}
EXPORT_SYMBOL_GPL(gnttab_free_pages);

/* How pages are chained depends on where they come from. */
#ifdef CONFIG_XEN_UNPOPULATED_ALLOC
static void chain_init(struct gnttab_page_cache *cache)
{
	cache->pages = NULL;
}

static struct page *chain_pop(struct gnttab_page_cache *cache)
{
	struct page *page = cache->pages;

	if (page)
		cache->pages = page->zone_device_data;
	return page;
}

static void chain_push(struct gnttab_page_cache *cache, struct page *page)
{
	page->zone_device_data = cache->pages;
	cache->pages = page;
}
#else
static void chain_init(struct gnttab_page_cache *cache)
{
	INIT_LIST_HEAD(&cache->pages);
}

static struct page *chain_pop(struct gnttab_page_cache *cache)
{
	struct page *page;

	page = list_first_entry_or_null(&cache->pages, struct page, lru);
	if (page)
		list_del(&page->lru);
	return page;
}

static void chain_push(struct gnttab_page_cache *cache, struct page *page)
{
	list_add(&page->lru, &cache->pages);
}
#endif

/** gnttab_page_cache_init() - make an empty cache of @cache */
void gnttab_page_cache_init(struct gnttab_page_cache *cache)
{
	spin_lock_init(&cache->lock);
	chain_init(cache);
	cache->num_pages = 0;
}
EXPORT_SYMBOL_GPL(gnttab_page_cache_init);

/* Take up to @max pages, as long as more than @keep stay. */
static unsigned int take_cached(struct gnttab_page_cache *cache,
				struct page **pages, unsigned int max,
				unsigned int keep)
{
	unsigned int count = 0;
	unsigned long flags;

	spin_lock_irqsave(&cache->lock, flags);
	while (count < max && cache->num_pages > keep) {
		pages[count++] = chain_pop(cache);
		cache->num_pages--;
	}
	spin_unlock_irqrestore(&cache->lock, flags);
	return count;
}

/**
 * gnttab_page_cache_get() - a page from the cache, or a new one
 * @cache: the cache
 * @page: the page
 *
 * Return: 0 or a negative errno.
 */
int gnttab_page_cache_get(struct gnttab_page_cache *cache, struct page **page)
{
	if (take_cached(cache, page, 1, 0))
		return 0;
	return gnttab_alloc_pages(1, page);
}
EXPORT_SYMBOL_GPL(gnttab_page_cache_get);

/**
 * gnttab_page_cache_put() - give pages to the cache
 * @cache: the cache
 * @page: the pages
 * @num: how many
 */
void gnttab_page_cache_put(struct gnttab_page_cache *cache, struct page **page,
			   unsigned int num)
{
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&cache->lock, flags);
	for (i = 0; i < num; i++)
		chain_push(cache, page[i]);
	cache->num_pages += num;
	spin_unlock_irqrestore(&cache->lock, flags);
}
EXPORT_SYMBOL_GPL(gnttab_page_cache_put);

/**
 * gnttab_page_cache_shrink() - free what is too much
 * @cache: the cache
 * @num: pages that may stay
 */
void gnttab_page_cache_shrink(struct gnttab_page_cache *cache,
			      unsigned int num)
{
	struct page *pages[SHRINK_BATCH];
	unsigned int count;

	while ((count = take_cached(cache, pages, SHRINK_BATCH, num)))
		gnttab_free_pages(count, pages);
}
EXPORT_SYMBOL_GPL(gnttab_page_cache_shrink);
