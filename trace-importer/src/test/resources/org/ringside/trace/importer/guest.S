# A 64 KiB firmware that fills some memory with patterns and halts, in long mode where the CPU has it: just enough for dumps of
# a machine whose every byte is known. record.py assembles it.
    .code16
    .globl _start
_start:
    cli
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw $0x7c00, %sp
    inb $0x92, %al
    orb $2, %al
    outb %al, $0x92

    # Unreal mode: 4 GiB data segments.
    lgdtl %cs:(gdt_pointer - _start)
    movl %cr0, %eax
    orl $1, %eax
    movl %eax, %cr0
    movw $16, %bx
    movw %bx, %ds
    movw %bx, %es
    andl $~1, %eax
    movl %eax, %cr0

    # 0x20000..0x28000: each 32-bit word holds its own address.
    movl $0x20000, %edi
1:  movl %edi, (%edi)
    addl $4, %edi
    cmpl $0x28000, %edi
    jb 1b
    # 0x100000..0x108000: xorshift noise, which no compressor makes smaller.
    movl $0x100000, %edi
    movl $0x2545f491, %eax
2:  movl %eax, %ecx
    shll $13, %ecx
    xorl %ecx, %eax
    movl %eax, %ecx
    shrl $17, %ecx
    xorl %ecx, %eax
    movl %eax, %ecx
    shll $5, %ecx
    xorl %ecx, %eax
    movl %eax, (%edi)
    addl $4, %edi
    cmpl $0x108000, %edi
    jb 2b
    # The last page of 2 MiB: ones.
    movl $0x1ff000, %edi
3:  movl $-1, (%edi)
    addl $4, %edi
    cmpl $0x200000, %edi
    jb 3b

    movl $0x80000000, %eax
    cpuid
    cmpl $0x80000001, %eax
    jb halt
    movl $0x80000001, %eax
    cpuid
    testl $0x20000000, %edx
    jz halt

    # Long mode: PML4 at 0x10000, PDPT at 0x11000, page directory at 0x12000 with one 2 MiB page, identity, and the ROM's below 4 GiB.
    movl $0x10000, %edi
    movl $0x11003, (%edi)
    movl $0x12003, 0x1000(%edi)
    movl $0x13003, 0x1018(%edi)
    movl $0x00083, 0x2000(%edi)
    movl $0xffe00083, 0x3ff8(%edi)
    movl %edi, %cr3
    movl $0xa0, %eax
    movl %eax, %cr4
    movl $0xc0000080, %ecx
    rdmsr
    orl $0x100, %eax
    wrmsr
    movl %cr0, %eax
    orl $0x80000001, %eax
    movl %eax, %cr0
    ljmpl $8, $0xffff0000 + (long_mode - _start)

halt:
    movl $0x52494e47, %ebx
4:  hlt
    jmp 4b

    .code64
long_mode:
    movw $16, %ax
    movw %ax, %ds
    movw %ax, %ss
    movabsq $0x0123456789abcdef, %rbx
    movabsq $0xfedcba9876543210, %r15
5:  hlt
    jmp 5b

    .balign 8
gdt:
    .quad 0
    .quad 0x00af9b000000ffff
    .quad 0x00cf93000000ffff
gdt_pointer:
    .word 23
    .long 0xffff0000 + (gdt - _start)

    .org 0xfff0
    .code16
    .byte 0xea
    .word 0, 0xf000
    .org 0x10000
