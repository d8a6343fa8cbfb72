// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* A function begins with a jump into a module. Seen: five bytes of kernel text, where lawful patching puts a call or a NOP, are a JMP. */
#include "lab_guest.h"
#include <linux/seq_file.h>

#define PROLOGUE 5

static int (*rest)(struct seq_file *seq, void *v);

static int passed_on(struct seq_file *seq, void *v)
{
	return rest(seq, v);
}

static int lab_attack(void)
{
	u8 *function = (u8 *)lab_symbol("tcp4_seq_show");
	u8 jump[PROLOGUE] = { 0xe9 };
	s32 distance;

	if (!function)
		return -ENOENT;
	/* The five bytes are ftrace's NOP, so what follows them is the whole function. */
	if (function[0] != 0x0f || function[1] != 0x1f)
		return -EINVAL;
	rest = (void *)(function + PROLOGUE);
	distance = (long)passed_on - (long)(function + PROLOGUE);
	memcpy(jump + 1, &distance, sizeof(distance));
	lab_overwrite("tcp4_seq_show", function, jump, sizeof(jump));
	return 0;
}
MODULE_DESCRIPTION("Test subject: a jump at a function's start");
