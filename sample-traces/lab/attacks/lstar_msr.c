// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* IA32_LSTAR leads into a module. Seen: a register, and nothing in memory: SYSCALL does not enter at entry_SYSCALL_64. */
#include "lab_guest.h"
#include <asm/msr.h>
#include <asm/nospec-branch.h>

unsigned long lab_lstar_original;
void lab_lstar_passed_on(void);

/* Reached with the user's stack and page tables: it may do nothing but jump. */
asm(".pushsection .text\n"
    ".globl lab_lstar_passed_on\n"
    ".type lab_lstar_passed_on, @function\n"
    "lab_lstar_passed_on:\n" ANNOTATE_RETPOLINE_SAFE
    "jmp *lab_lstar_original(%rip)\n"
    ".size lab_lstar_passed_on, . - lab_lstar_passed_on\n"
    ".popsection\n");

static int lab_attack(void)
{
	/* With page-table isolation a module is not mapped where SYSCALL arrives. */
	if (boot_cpu_has(X86_FEATURE_PTI))
		return -EOPNOTSUPP;
	rdmsrl(MSR_LSTAR, lab_lstar_original);
	wrmsrl(MSR_LSTAR, (unsigned long)lab_lstar_passed_on);
	lab_changed_register("IA32_LSTAR", lab_lstar_original, (unsigned long)lab_lstar_passed_on);
	return 0;
}
MODULE_DESCRIPTION("Test subject: the entry point of SYSCALL");
