// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/*
 * An ftrace callback of a module sends calls of a function elsewhere. Seen: the function's NOP is a CALL to a trampoline, as with lawful
 * tracing; the ftrace_ops behind it is a module's, and may change the instruction pointer.
 */
#include "lab_guest.h"
#include <linux/ftrace.h>

static asmlinkage long (*original)(const struct pt_regs *regs);

static asmlinkage long passed_on(const struct pt_regs *regs)
{
	return original(regs);
}

static void notrace redirect(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct pt_regs *regs = ftrace_get_regs(fregs);

	if (regs)
		regs->ip = (unsigned long)passed_on;
}

static struct ftrace_ops ops = {
	.func = redirect,
	.flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_RECURSION | FTRACE_OPS_FL_IPMODIFY,
};

static int lab_attack(void)
{
	u8 *function = (u8 *)lab_symbol("__x64_sys_kill");
	u8 old[MCOUNT_INSN_SIZE];
	int error;

	if (!function)
		return -ENOENT;
	/* Behind ftrace's NOP, so that passing on does not come back here. */
	original = (void *)(function + MCOUNT_INSN_SIZE);
	memcpy(old, function, sizeof(old));
	error = ftrace_set_filter_ip(&ops, (unsigned long)function, 0, 0);
	if (!error)
		error = register_ftrace_function(&ops);
	if (error)
		return error;
	lab_changed("__x64_sys_kill", function, old, sizeof(old));
	lab_fact("ftrace_ops", &ops);
	lab_fact("callback", redirect);
	return 0;
}
MODULE_DESCRIPTION("Test subject: an ftrace callback that redirects");
