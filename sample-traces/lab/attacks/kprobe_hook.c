// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/*
 * A module watches the change of credentials with a kprobe. Seen: a breakpoint (INT3) in kernel text, right behind ftrace's NOP of commit_creds, and
 * a struct kprobe whose handlers are a module's.
 */
#include "lab_guest.h"
#include <linux/kprobes.h>

static unsigned long seen;

static int before(struct kprobe *probe, struct pt_regs *regs)
{
	seen++;
	return 0;
}

/* A probe with this handler is not turned into a jump some time later, so the recording does not depend on when. */
static void after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe probe = { .symbol_name = "commit_creds", .offset = 5, .pre_handler = before, .post_handler = after };

static int lab_attack(void)
{
	u8 *function = (u8 *)lab_symbol("commit_creds");
	u8 old;
	int error;

	if (!function)
		return -ENOENT;
	old = function[5];
	error = register_kprobe(&probe);
	if (error)
		return error;
	lab_changed("commit_creds+5", probe.addr, &old, sizeof(old));
	lab_fact("kprobe", &probe);
	lab_fact("pre_handler", before);
	return 0;
}
MODULE_DESCRIPTION("Test subject: a kprobe on commit_creds");
