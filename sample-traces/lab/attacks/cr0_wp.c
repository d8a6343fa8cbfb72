// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* CR0.WP stays cleared. Seen: one bit of a register: the kernel may write to pages that are mapped read-only. */
#include "lab_guest.h"

static int lab_attack(void)
{
	unsigned long old = read_cr0();

	lab_write_protection(false);
	lab_changed_register("CR0", old, old & ~X86_CR0_WP);
	return 0;
}
MODULE_DESCRIPTION("Test subject: write protection left off");
