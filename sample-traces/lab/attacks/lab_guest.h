/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What the test subjects of this directory share: they refuse to load anywhere but in the lab's emulated guest, and say what they changed.
 * Each makes the one change it is named for, passes on what it intercepts, and hides nothing else.
 */
#ifndef LAB_GUEST_H
#define LAB_GUEST_H

#include <linux/fs.h>
#include <linux/kallsyms.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/utsname.h>
#include <asm/pgtable.h>
#include <asm/processor-flags.h>
#include <asm/processor.h>
#include <asm/special_insns.h>
#include <generated/utsrelease.h>

#define LAB_TOKEN "ringside.lab=1"

/* Address of kallsyms_lookup_name(), from the guest's /proc/kallsyms: no probe is needed to find it. */
static unsigned long lookup;
module_param(lookup, ulong, 0);

static __maybe_unused unsigned long lab_symbol(const char *name)
{
	unsigned long (*find)(const char *name) = (void *)lookup;

	return find(name);
}

/* The emulator, the kernel release and a token of the kernel's command line: all three or nothing. */
static int lab_guest(void)
{
	u32 leaf, signature[3];
	char line[512] = "";
	struct file *file;
	loff_t position = 0;

	cpuid(0x40000000, &leaf, &signature[0], &signature[1], &signature[2]);
	if (!boot_cpu_has(X86_FEATURE_HYPERVISOR) || memcmp(signature, "TCGTCGTCGTCG", sizeof(signature)))
		return -EPERM;
	if (strcmp(utsname()->release, UTS_RELEASE))
		return -EPERM;
	file = filp_open("/proc/cmdline", O_RDONLY, 0);
	if (IS_ERR(file))
		return -EPERM;
	kernel_read(file, line, sizeof(line) - 1, &position);
	filp_close(file, NULL);
	if (!strstr(line, LAB_TOKEN))
		return -EPERM;
	return lookup ? 0 : -EINVAL;
}

/* native_write_cr0() pins WP, so CR0 is written directly. */
static __maybe_unused void lab_write_protection(bool on)
{
	unsigned long cr0 = read_cr0();

	cr0 = on ? cr0 | X86_CR0_WP : cr0 & ~X86_CR0_WP;
	asm volatile("mov %0, %%cr0" : : "r"(cr0) : "memory");
}

/* Says that SIZE bytes at AT, which were OLD, are now what they are. Bytes are in the order of memory. */
static __maybe_unused void lab_changed(const char *what, const void *at, const void *old, int size)
{
	pr_alert("lab-truth: change %s virtual=0x%lx physical=0x%llx size=%d old=%*phN new=%*phN\n", what, (unsigned long)at,
		 (u64)slow_virt_to_phys((void *)at), size, size, old, size, at);
}

static __maybe_unused void lab_changed_register(const char *name, u64 old, u64 new)
{
	pr_alert("lab-truth: register %s old=0x%llx new=0x%llx\n", name, old, new);
}

static __maybe_unused void lab_fact(const char *name, const void *address)
{
	pr_alert("lab-truth: fact %s virtual=0x%lx\n", name, (unsigned long)address);
}

/* Overwrites read-only memory the way rootkits do, and says so. */
static __maybe_unused void lab_overwrite(const char *what, void *at, const void *bytes, int size)
{
	u8 old[16];

	memcpy(old, at, size);
	preempt_disable();
	lab_write_protection(false);
	memcpy(at, bytes, size);
	lab_write_protection(true);
	preempt_enable();
	lab_changed(what, at, old, size);
}

/* The one change of the including file. */
static int lab_attack(void);

static int __init lab_init(void)
{
	int error = lab_guest();

	if (error) {
		pr_err("this module is a test subject for the lab's guest; it does nothing elsewhere\n");
		return error;
	}
	error = lab_attack();
	if (!error) {
		/* Where the code is that an integrity check would want to name. */
		lab_fact("module-function", lab_attack);
	}
	return error;
}
module_init(lab_init);
MODULE_LICENSE("GPL");

#endif
