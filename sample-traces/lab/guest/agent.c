// SPDX-License-Identifier: Apache-2.0
/*
 * What a technique needs from a user's program in the lab's guest:
 *
 *     agent idle    a process of an unprivileged user that waits
 *     agent bpf     attaches an eBPF program that does nothing to the raw tracepoint sys_enter, and keeps it
 *
 * Either says READY when it is done and waits until it is ended.
 */
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int attach(void)
{
	/* r0 = 0; exit */
	struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attribute;
	int loaded;

	memset(&attribute, 0, sizeof(attribute));
	attribute.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT;
	attribute.insns = (uintptr_t)program;
	attribute.insn_cnt = sizeof(program) / sizeof(program[0]);
	attribute.license = (uintptr_t)"GPL";
	strcpy(attribute.prog_name, "lab_subject");
	loaded = syscall(SYS_bpf, BPF_PROG_LOAD, &attribute, sizeof(attribute));
	if (loaded < 0)
		return -1;
	memset(&attribute, 0, sizeof(attribute));
	attribute.raw_tracepoint.name = (uintptr_t)"sys_enter";
	attribute.raw_tracepoint.prog_fd = loaded;
	return syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &attribute, sizeof(attribute));
}

int main(int count, char **arguments)
{
	if (count == 2 && !strcmp(arguments[1], "idle")) {
		if (setgid(1000) || setuid(1000)) {
			perror("LAB FAILED setuid");
			return 1;
		}
	} else if (count == 2 && !strcmp(arguments[1], "bpf")) {
		if (attach() < 0) {
			perror("LAB FAILED bpf");
			return 1;
		}
	} else {
		return 2;
	}
	puts("READY");
	fflush(stdout);
	for (;;)
		pause();
}
