// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/*
 * Prints what the kernel's own definition of a VMCB (asm/svm.h) makes of the page at a physical address, a line a field:
 *
 *     insmod vmcb_words.ko address=0x...
 *
 * The truth that a decoder of VMCBs is compared with. Loading it has no other effect.
 */
#include <linux/io.h>
#include <linux/module.h>
#include <asm/msr.h>
#include <asm/svm.h>

static unsigned long address;
module_param(address, ulong, 0400);

#define WORD(name, value) pr_info("VMCB %s 0x%llx\n", name, (unsigned long long)(value))
#define CONTROL(field) WORD(#field, vmcb->control.field)
#define SAVE(field) WORD(#field, vmcb->save.field)

static void segment(const char *name, const struct vmcb_seg *s)
{
	pr_info("VMCB %s.selector 0x%x\n", name, s->selector);
	pr_info("VMCB %s.attrib 0x%x\n", name, s->attrib);
	pr_info("VMCB %s.limit 0x%x\n", name, s->limit);
	pr_info("VMCB %s.base 0x%llx\n", name, s->base);
}

static void control_area(const struct vmcb *vmcb)
{
	int i;

	for (i = 0; i < MAX_INTERCEPT; i++)
		pr_info("VMCB intercepts[%d] 0x%x\n", i, vmcb->control.intercepts[i]);
	CONTROL(pause_filter_thresh);
	CONTROL(pause_filter_count);
	CONTROL(iopm_base_pa);
	CONTROL(msrpm_base_pa);
	CONTROL(tsc_offset);
	CONTROL(asid);
	CONTROL(tlb_ctl);
	CONTROL(int_ctl);
	CONTROL(int_vector);
	CONTROL(int_state);
	WORD("exit_code", (u64)vmcb->control.exit_code_hi << 32 | vmcb->control.exit_code);
	CONTROL(exit_info_1);
	CONTROL(exit_info_2);
	CONTROL(exit_int_info);
	CONTROL(exit_int_info_err);
	CONTROL(nested_ctl);
	CONTROL(avic_vapic_bar);
	CONTROL(ghcb_gpa);
	CONTROL(event_inj);
	CONTROL(event_inj_err);
	CONTROL(nested_cr3);
	CONTROL(virt_ext);
	CONTROL(clean);
	CONTROL(next_rip);
	CONTROL(insn_len);
	CONTROL(avic_backing_page);
	CONTROL(avic_logical_id);
	CONTROL(avic_physical_id);
	CONTROL(vmsa_pa);
}

static void save_area(const struct vmcb *vmcb)
{
	segment("es", &vmcb->save.es);
	segment("cs", &vmcb->save.cs);
	segment("ss", &vmcb->save.ss);
	segment("ds", &vmcb->save.ds);
	segment("fs", &vmcb->save.fs);
	segment("gs", &vmcb->save.gs);
	segment("gdtr", &vmcb->save.gdtr);
	segment("ldtr", &vmcb->save.ldtr);
	segment("idtr", &vmcb->save.idtr);
	segment("tr", &vmcb->save.tr);
	SAVE(cpl);
	SAVE(efer);
	SAVE(cr4);
	SAVE(cr3);
	SAVE(cr0);
	SAVE(dr7);
	SAVE(dr6);
	SAVE(rflags);
	SAVE(rip);
	SAVE(rsp);
	SAVE(s_cet);
	SAVE(ssp);
	SAVE(isst_addr);
	SAVE(rax);
	SAVE(star);
	SAVE(lstar);
	SAVE(cstar);
	SAVE(sfmask);
	SAVE(kernel_gs_base);
	SAVE(sysenter_cs);
	SAVE(sysenter_esp);
	SAVE(sysenter_eip);
	SAVE(cr2);
	SAVE(g_pat);
	SAVE(dbgctl);
	SAVE(br_from);
	SAVE(br_to);
	SAVE(last_excp_from);
	SAVE(last_excp_to);
	SAVE(spec_ctrl);
}

static int __init vmcb_words_init(void)
{
	u64 host_save_area;
	void *page = memremap(address, PAGE_SIZE, MEMREMAP_WB);

	if (!page)
		return -EINVAL;
	pr_info("VMCB address 0x%lx\n", address);
	if (!rdmsrl_safe(MSR_VM_HSAVE_PA, &host_save_area))
		WORD("host_save_area", host_save_area);
	control_area(page);
	save_area(page);
	memunmap(page);
	return 0;
}

static void __exit vmcb_words_exit(void)
{
}

module_init(vmcb_words_init);
module_exit(vmcb_words_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Prints a VMCB field by field");
