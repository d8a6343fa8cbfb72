// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* A gate of the IDT leads into a module. Seen: the offset in one 16-byte descriptor is not one of the kernel's entry points. */
#include "lab_guest.h"
#include <asm/desc.h>
#include <asm/nospec-branch.h>

#define VECTOR 0x80 /* no program of the guest uses it */

unsigned long lab_idt_original;
void lab_idt_passed_on(void);

asm(".pushsection .text\n"
    ".globl lab_idt_passed_on\n"
    ".type lab_idt_passed_on, @function\n"
    "lab_idt_passed_on:\n" ANNOTATE_RETPOLINE_SAFE
    "jmp *lab_idt_original(%rip)\n"
    ".size lab_idt_passed_on, . - lab_idt_passed_on\n"
    ".popsection\n");

static int lab_attack(void)
{
	gate_desc *table = (gate_desc *)lab_symbol("idt_table");
	unsigned long to = (unsigned long)lab_idt_passed_on;
	gate_desc gate;

	if (!table)
		return -ENOENT;
	gate = table[VECTOR];
	lab_idt_original = gate_offset(&gate);
	gate.offset_low = (u16)to;
	gate.offset_middle = (u16)(to >> 16);
	gate.offset_high = (u32)(to >> 32);
	lab_overwrite("idt_table[0x80]", &table[VECTOR], &gate, sizeof(gate));
	return 0;
}
MODULE_DESCRIPTION("Test subject: a gate of the interrupt-descriptor table");
