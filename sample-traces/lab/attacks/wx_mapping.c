// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* A kernel page that can be written and executed. Seen: a page-table entry with RW set and XD clear; the page holds RET instructions only. */
#include "lab_guest.h"
#include <linux/vmalloc.h>
#include <asm/tlbflush.h>

static int lab_attack(void)
{
	u8 *page = vmalloc(PAGE_SIZE);
	unsigned int level;
	pte_t *entry, old;

	if (!page)
		return -ENOMEM;
	memset(page, 0xc3, PAGE_SIZE);
	entry = lookup_address((unsigned long)page, &level);
	if (!entry || level != PG_LEVEL_4K)
		return -EFAULT;
	old = *entry;
	set_pte(entry, pte_mkexec(old));
	asm volatile("invlpg (%0)" : : "r"(page) : "memory");
	((void (*)(void))page)();
	lab_changed("page-table-entry", entry, &old, sizeof(old));
	lab_fact("page", page);
	return 0;
}
MODULE_DESCRIPTION("Test subject: a page that is writable and executable");
