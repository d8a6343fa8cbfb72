// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* One entry of the system-call table points at a function of a module. Seen: eight bytes of read-only data that lead out of kernel text. */
#include "lab_guest.h"
#include <asm/unistd.h>

static asmlinkage long (*original)(const struct pt_regs *regs);

static asmlinkage long passed_on(const struct pt_regs *regs)
{
	return original(regs);
}

static int lab_attack(void)
{
	unsigned long *table = (unsigned long *)lab_symbol("sys_call_table");
	unsigned long to = (unsigned long)passed_on;

	if (!table)
		return -ENOENT;
	original = (void *)table[__NR_getuid];
	lab_overwrite("sys_call_table[getuid]", &table[__NR_getuid], &to, sizeof(to));
	return 0;
}
MODULE_DESCRIPTION("Test subject: an entry of the system-call table");
