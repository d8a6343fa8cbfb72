// SPDX-License-Identifier: Apache-2.0
// The smallest useful user of /dev/kvm: runs guests until it is killed.
//
//     vmm -k BZIMAGE [-i INITRD] [-a ARGUMENTS] [-m MIB]
//     vmm -n GUESTS
//
// With a kernel the guest is Linux, entered by the 64-bit boot protocol, with a serial port that can only be written: enough for
// "console=ttyS0" and "earlyprintk=serial,ttyS0,keep". No PCI, no ACPI, no disk. The processor's VMX is passed on, so that the guest can be
// a hypervisor, too.
//
// Without one there are as many small guests as asked for, which run in turn: a few instructions in long mode, on page tables of their own,
// that write through their memory, ask CPUID and write to port 0xe9 for ever.
//
// On SIGUSR1 it prints what KVM says of the guest's registers ("VMM ..."), and stops itself (SIGSTOP) between two entries of the guest: what
// is in memory from then on is a guest that is alive and does not move.
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    GDT = 0x500,
    BOOT_PARAMETERS = 0x7000,
    PML4 = 0x10000,
    PDPT = 0x11000,
    PAGE_DIRECTORY = 0x12000,
    PAGE_TABLE = 0x13000,
    PAGE = 0x1000,
    PRESENT_WRITABLE = 3,
    LARGE = 0x80,
    SMALL_MEMORY = 1 << 20,
    SMALL_PAGES = 32,
    SMALL_FIRST_PAGE = 0x40000,
    SMALL_PORT = 0xe9,
    FEATURE_CONTROL = 0x3a,
    ARGUMENTS = 0x20000,
    CODE_SELECTOR = 0x10,
    DATA_SELECTOR = 0x18,
    HIGH_MEMORY = 0x100000,
    SERIAL = 0x3f8,
    SERIAL_INTERRUPT = 4
};

// Where the small guests see their pages; the kernel of Linux is elsewhere.
static const uint64_t SMALL_BASE = 0xffffffff80000000ull;

struct machine {
    int vm, vcpu;
    struct kvm_run *run;
    uint8_t *memory;
    uint64_t size;
    uint8_t serial[8];
};

static struct machine *volatile current;
static volatile sig_atomic_t asked;

static void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "VMM FAILED ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, ": %s\n", strerror(errno));
    exit(2);
}

static int control(int file, unsigned long request, void *argument, const char *name) {
    int result = ioctl(file, request, argument);
    if (result < 0) {
        die("%s", name);
    }
    return result;
}

static void on_signal(int number) {
    (void)number;
    asked = 1;
    if (current) {
        current->run->immediate_exit = 1;
    }
}

static void put(struct machine *m, uint64_t address, uint64_t value, int size) {
    memcpy(m->memory + address, &value, size);
}

// Long mode with flat segments on the tables at PML4.
static void enter_long_mode(struct machine *m, struct kvm_regs registers) {
    put(m, GDT + CODE_SELECTOR, 0x00af9b000000ffffull, 8);
    put(m, GDT + DATA_SELECTOR, 0x00cf93000000ffffull, 8);
    struct kvm_sregs system;
    control(m->vcpu, KVM_GET_SREGS, &system, "KVM_GET_SREGS");
    struct kvm_segment code = {.base = 0, .limit = 0xffffffff, .selector = CODE_SELECTOR, .type = 11, .present = 1, .s = 1, .l = 1, .g = 1};
    struct kvm_segment data = {.base = 0, .limit = 0xffffffff, .selector = DATA_SELECTOR, .type = 3, .present = 1, .s = 1, .db = 1, .g = 1};
    system.cs = code;
    system.ds = system.es = system.fs = system.gs = system.ss = data;
    system.gdt.base = GDT;
    system.gdt.limit = 4 * 8 - 1;
    system.idt.limit = 0;
    system.cr0 = 0x80000031;
    system.cr3 = PML4;
    system.cr4 = 0x20;
    system.efer = 0x500;
    control(m->vcpu, KVM_SET_SREGS, &system, "KVM_SET_SREGS");
    registers.rflags = 2;
    control(m->vcpu, KVM_SET_REGS, &registers, "KVM_SET_REGS");
}

// The small guest; rbx is SMALL_BASE. Its page 1 holds a counter, pages 8 to 23 are written to in turn, the stack ends below page 8.
static const uint8_t small_guest[] = {
    0x48, 0xff, 0x83, 0x00, 0x10, 0x00, 0x00,       // again: inc qword [rbx + 0x1000]
    0x48, 0x8b, 0x8b, 0x00, 0x10, 0x00, 0x00,       // mov rcx, [rbx + 0x1000]
    0x83, 0xe1, 0x0f,                               // and ecx, 15
    0xc1, 0xe1, 0x0c,                               // shl ecx, 12
    0x48, 0x89, 0x9c, 0x0b, 0x00, 0x80, 0x00, 0x00, // mov [rbx + rcx + 0x8000], rbx
    0x53,                                           // push rbx
    0x31, 0xc0,                                     // xor eax, eax
    0x31, 0xc9,                                     // xor ecx, ecx
    0x0f, 0xa2,                                     // cpuid
    0x5b,                                           // pop rbx
    0xb0, 0x2e,                                     // mov al, '.'
    0xe6, SMALL_PORT,                               // out SMALL_PORT, al
    0xeb, 0xd6                                      // jmp again
};

// The physical pages are in the order opposite to the virtual ones, so that no address is mapped to itself.
static uint64_t small_page(int page) {
    return SMALL_FIRST_PAGE + (uint64_t)(SMALL_PAGES - 1 - page) * PAGE;
}

static void load_small(struct machine *m, int number) {
    put(m, PML4 + 8 * 511, PDPT | PRESENT_WRITABLE, 8);
    put(m, PDPT + 8 * 510, PAGE_DIRECTORY | PRESENT_WRITABLE, 8);
    put(m, PAGE_DIRECTORY, PAGE_TABLE | PRESENT_WRITABLE, 8);
    for (int page = 0; page < SMALL_PAGES; page++) {
        put(m, PAGE_TABLE + 8 * page, small_page(page) | PRESENT_WRITABLE, 8);
    }
    memcpy(m->memory + small_page(0), small_guest, sizeof small_guest);
    snprintf((char *)m->memory + small_page(1) + 64, 64, "small guest %d", number);
    enter_long_mode(m, (struct kvm_regs){.rip = SMALL_BASE, .rbx = SMALL_BASE, .rsp = SMALL_BASE + 8 * PAGE});
}

static uint8_t *read_file(const char *path, size_t *size) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (file < 0 || fstat(file, &status) < 0) {
        die("%s", path);
    }
    *size = (size_t)status.st_size;
    uint8_t *bytes = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED) {
        die("%s", path);
    }
    close(file);
    return bytes;
}

static uint64_t number(const uint8_t *bytes, int size) {
    uint64_t value = 0;
    memcpy(&value, bytes, size);
    return value;
}

static void memory_map_entry(struct machine *m, int index, uint64_t start, uint64_t size) {
    uint64_t entry = BOOT_PARAMETERS + 0x2d0 + 20ull * index;
    put(m, entry, start, 8);
    put(m, entry + 8, size, 8);
    put(m, entry + 16, 1, 4);
}

// Linux's boot protocol: the set-up header is at 0x1f1 of the image; the 64-bit entry is 0x200 after the start of the protected-mode part.
static void load_linux(struct machine *m, const char *kernel, const char *initrd, const char *arguments) {
    size_t size;
    uint8_t *image = read_file(kernel, &size);
    if (size < 0x1000 || number(image + 0x202, 4) != 0x53726448) {
        errno = ENOEXEC;
        die("%s is no bzImage", kernel);
    }
    uint64_t setup = (number(image + 0x1f1, 1) + 1) * 512;
    uint64_t load = number(image + 0x258, 8);
    uint64_t needed = number(image + 0x260, 4);
    if (setup >= size || load + needed > m->size || load + size - setup > m->size) {
        errno = ENOMEM;
        die("%s needs %llu MiB", kernel, (unsigned long long)(load + needed) >> 20);
    }
    memcpy(m->memory + load, image + setup, size - setup);
    memset(m->memory + BOOT_PARAMETERS, 0, 4096);
    memcpy(m->memory + BOOT_PARAMETERS + 0x1f1, image + 0x1f1, 0x290 - 0x1f1);
    put(m, BOOT_PARAMETERS + 0x210, 0xff, 1);
    put(m, BOOT_PARAMETERS + 0x228, ARGUMENTS, 4);
    strcpy((char *)m->memory + ARGUMENTS, arguments);
    if (initrd) {
        size_t length;
        uint8_t *bytes = read_file(initrd, &length);
        uint64_t at = (m->size - length) & ~0xfffull;
        if (length > m->size || at < load + needed) {
            errno = ENOMEM;
            die("%s does not fit", initrd);
        }
        memcpy(m->memory + at, bytes, length);
        put(m, BOOT_PARAMETERS + 0x218, at, 4);
        put(m, BOOT_PARAMETERS + 0x21c, length, 4);
    }
    put(m, BOOT_PARAMETERS + 0x1e8, 2, 1);
    memory_map_entry(m, 0, 0, 0x9fc00);
    memory_map_entry(m, 1, HIGH_MEMORY, m->size - HIGH_MEMORY);
    // The first GiB, mapped to itself in pages of 2 MiB.
    put(m, PML4, PDPT | PRESENT_WRITABLE, 8);
    put(m, PDPT, PAGE_DIRECTORY | PRESENT_WRITABLE, 8);
    for (uint64_t i = 0; i < 512; i++) {
        put(m, PAGE_DIRECTORY + 8 * i, i << 21 | LARGE | PRESENT_WRITABLE, 8);
    }
    enter_long_mode(m, (struct kvm_regs){.rip = load + 0x200, .rsi = BOOT_PARAMETERS, .rsp = BOOT_PARAMETERS});
}

static void segment(const char *name, const struct kvm_segment *s) {
    printf("VMM %s selector 0x%x base 0x%llx limit 0x%x type 0x%x s %d dpl %d present %d avl %d l %d db %d g %d\n", name, s->selector,
        (unsigned long long)s->base, s->limit, s->type, s->s, s->dpl, s->present, s->avl, s->l, s->db, s->g);
}

static void value(const char *name, unsigned long long number_) {
    printf("VMM %s 0x%llx\n", name, number_);
}

// What KVM makes of linear addresses of the guest.
static void print_translations(const struct machine *m, const uint64_t *linear, int count) {
    for (int i = 0; i < count; i++) {
        struct kvm_translation translation = {.linear_address = linear[i]};
        if (ioctl(m->vcpu, KVM_TRANSLATE, &translation) == 0 && translation.valid) {
            printf("VMM linear 0x%llx 0x%llx\n", (unsigned long long)linear[i], (unsigned long long)translation.physical_address);
        }
    }
}

// Where the host keeps the guest's memory: some pages of it and the page tables' root, by guest-physical and by host-physical address, with
// their first bytes. The host's kernel says so in /proc/self/pagemap, to root only.
static void print_pages(const struct machine *m, uint64_t root) {
    int map = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    for (uint64_t guest = 0; map >= 0 && guest <= m->size; guest += 512 << 10) {
        uint64_t address = guest < m->size ? guest : root;
        uint64_t entry = 0;
        off_t at = (off_t)(((uintptr_t)m->memory + address) / 4096 * 8);
        if (address < m->size && pread(map, &entry, 8, at) == 8 && entry >> 63) {
            printf("VMM page 0x%llx 0x%llx 0x%llx\n", (unsigned long long)address, (unsigned long long)(entry & 0x7fffffffffffffull) << 12,
                (unsigned long long)number(m->memory + address, 8));
        }
    }
    close(map);
}

static void print_registers(const struct machine *m) {
    struct kvm_regs r;
    struct kvm_sregs s;
    struct kvm_debugregs d;
    control(m->vcpu, KVM_GET_REGS, &r, "KVM_GET_REGS");
    control(m->vcpu, KVM_GET_SREGS, &s, "KVM_GET_SREGS");
    control(m->vcpu, KVM_GET_DEBUGREGS, &d, "KVM_GET_DEBUGREGS");
    value("rip", r.rip);
    value("rsp", r.rsp);
    value("rax", r.rax);
    value("rflags", r.rflags);
    value("cr0", s.cr0);
    value("cr2", s.cr2);
    value("cr3", s.cr3);
    value("cr4", s.cr4);
    value("efer", s.efer);
    value("dr6", d.dr6);
    value("dr7", d.dr7);
    segment("es", &s.es);
    segment("cs", &s.cs);
    segment("ss", &s.ss);
    segment("ds", &s.ds);
    segment("fs", &s.fs);
    segment("gs", &s.gs);
    segment("ldtr", &s.ldt);
    segment("tr", &s.tr);
    printf("VMM gdtr base 0x%llx limit 0x%x\n", (unsigned long long)s.gdt.base, s.gdt.limit);
    printf("VMM idtr base 0x%llx limit 0x%x\n", (unsigned long long)s.idt.base, s.idt.limit);
    print_translations(m, (uint64_t[]){r.rip, r.rsp, s.gdt.base, s.idt.base, s.tr.base}, 5);
    print_pages(m, s.cr3 & 0x000ffffffffff000ull);
    printf("VMM STOPPED\n");
    fflush(stdout);
}

static void set_line(const struct machine *m, int level) {
    struct kvm_irq_level line = {.irq = SERIAL_INTERRUPT, .level = level};
    control(m->vm, KVM_IRQ_LINE, &line, "KVM_IRQ_LINE");
}

// The transmitter is always empty: where its interrupt is enabled, it is due.
static void serial_interrupt(const struct machine *m) {
    if (m->serial[1] & 2) {
        set_line(m, 1);
        set_line(m, 0);
    }
}

static void print(uint8_t character) {
    putchar(character);
    if (character == '\n') {
        fflush(stdout);
    }
}

// An 8250 that only transmits; the registers behind the divisor latch are not kept.
static void serial_out(struct machine *m, int offset, uint8_t data) {
    int latch = m->serial[3] & 0x80;
    if (offset == 0 && !latch) {
        print(data);
        serial_interrupt(m);
    } else if (offset > 1 || !latch) {
        m->serial[offset] = data;
        if (offset == 1) {
            serial_interrupt(m);
        }
    }
}

static uint8_t serial_in(const struct machine *m, int offset) {
    switch (offset) {
        case 0: return 0;
        case 2: return m->serial[1] & 2 ? 2 : 1;
        case 5: return 0x60;
        case 6: return 0xb0;
        default: return m->serial[offset];
    }
}

static void port(struct machine *m) {
    struct kvm_run *run = m->run;
    uint8_t *data = (uint8_t *)run + run->io.data_offset;
    int is_serial = run->io.port >= SERIAL && run->io.port < SERIAL + 8;
    for (uint32_t i = 0; i < run->io.count; i++, data += run->io.size) {
        if (run->io.direction == KVM_EXIT_IO_OUT && is_serial) {
            serial_out(m, run->io.port - SERIAL, *data);
        } else if (run->io.direction == KVM_EXIT_IO_IN) {
            // There is nothing at any other port.
            memset(data, 0xff, run->io.size);
            if (is_serial) {
                *data = serial_in(m, run->io.port - SERIAL);
            }
        }
    }
}

static void make_machine(struct machine *m, int kvm, uint64_t size, int linux_guest) {
    m->vm = control(kvm, KVM_CREATE_VM, 0, "KVM_CREATE_VM");
    uint64_t identity = 0xfeffc000;
    control(m->vm, KVM_SET_IDENTITY_MAP_ADDR, &identity, "KVM_SET_IDENTITY_MAP_ADDR");
    control(m->vm, KVM_SET_TSS_ADDR, (void *)0xfeffd000ul, "KVM_SET_TSS_ADDR");
    if (linux_guest) {
        struct kvm_pit_config pit = {0};
        control(m->vm, KVM_CREATE_IRQCHIP, 0, "KVM_CREATE_IRQCHIP");
        control(m->vm, KVM_CREATE_PIT2, &pit, "KVM_CREATE_PIT2");
    }
    m->size = size;
    m->memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (m->memory == MAP_FAILED) {
        die("%llu MiB of memory", (unsigned long long)size >> 20);
    }
    struct kvm_userspace_memory_region region = {.guest_phys_addr = 0, .memory_size = size, .userspace_addr = (uint64_t)m->memory};
    control(m->vm, KVM_SET_USER_MEMORY_REGION, &region, "KVM_SET_USER_MEMORY_REGION");
    m->vcpu = control(m->vm, KVM_CREATE_VCPU, 0, "KVM_CREATE_VCPU");
    size_t mapped = control(kvm, KVM_GET_VCPU_MMAP_SIZE, 0, "KVM_GET_VCPU_MMAP_SIZE");
    m->run = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_SHARED, m->vcpu, 0);
    if (m->run == MAP_FAILED) {
        die("the vCPU's page");
    }
    struct kvm_cpuid2 *cpuid = calloc(1, sizeof *cpuid + 256 * sizeof cpuid->entries[0]);
    cpuid->nent = 256;
    control(kvm, KVM_GET_SUPPORTED_CPUID, cpuid, "KVM_GET_SUPPORTED_CPUID");
    control(m->vcpu, KVM_SET_CPUID2, cpuid, "KVM_SET_CPUID2");
    free(cpuid);
    // Locked, VMXON allowed outside SMX: else the guest may not use VMX. A processor without VMX has no such MSR and needs none.
    struct {
        struct kvm_msrs head;
        struct kvm_msr_entry entry;
    } msr = {.head.nmsrs = 1, .entry = {.index = FEATURE_CONTROL, .data = 5}};
    ioctl(m->vcpu, KVM_SET_MSRS, &msr);
}

// Runs the guest up to its next exit to this program. Returns whether that was a write to the small guests' port.
static int step(struct machine *m) {
    struct kvm_run *run = m->run;
    current = m;
    if (asked) {
        print_registers(m);
        asked = 0;
        run->immediate_exit = 0;
        raise(SIGSTOP);
    }
    if (ioctl(m->vcpu, KVM_RUN, 0) < 0) {
        if (errno == EINTR || errno == EAGAIN) {
            return 0;
        }
        die("KVM_RUN");
    }
    switch (run->exit_reason) {
        case KVM_EXIT_IO: port(m); return run->io.direction == KVM_EXIT_IO_OUT && run->io.port == SMALL_PORT;
        case KVM_EXIT_MMIO:
            // Nothing answers: reads are all ones, as on a bus.
            if (!run->mmio.is_write) {
                memset(run->mmio.data, 0xff, sizeof run->mmio.data);
            }
            return 0;
        case KVM_EXIT_HLT:
        case KVM_EXIT_INTR:
        case KVM_EXIT_IRQ_WINDOW_OPEN: return 0;
        default:
            print_registers(m);
            errno = 0;
            die("the guest left with reason %u, hardware reason 0x%llx", run->exit_reason,
                (unsigned long long)run->fail_entry.hardware_entry_failure_reason);
            return 0;
    }
}

static void run_small(int kvm, int count) {
    struct machine *machines = calloc(count, sizeof *machines);
    for (int i = 0; i < count; i++) {
        make_machine(&machines[i], kvm, SMALL_MEMORY, 0);
        load_small(&machines[i], i);
    }
    printf("VMM RUNNING\n");
    fflush(stdout);
    for (uint64_t exits = 0;;) {
        for (int i = 0; i < count; i++) {
            if (!step(&machines[i])) {
                continue;
            }
            exits++;
            // Now and then: at powers of two.
            if ((exits & (exits - 1)) == 0) {
                printf("VMM exits %llu, guest %d counts %llu\n", (unsigned long long)exits, i,
                    (unsigned long long)number(machines[i].memory + small_page(1), 8));
                fflush(stdout);
            }
        }
    }
}

static void run_linux(int kvm, uint64_t size, const char *kernel, const char *initrd, const char *arguments) {
    struct machine m = {0};
    make_machine(&m, kvm, size, 1);
    load_linux(&m, kernel, initrd, arguments);
    printf("VMM RUNNING\n");
    fflush(stdout);
    for (;;) {
        step(&m);
    }
}

int main(int count, char **words) {
    const char *kernel = NULL, *initrd = NULL, *arguments = "";
    uint64_t size = 96ull << 20;
    int small = 0;
    int option;
    while ((option = getopt(count, words, "m:k:i:a:n:")) != -1) {
        switch (option) {
            case 'm': size = strtoull(optarg, NULL, 0) << 20; break;
            case 'k': kernel = optarg; break;
            case 'i': initrd = optarg; break;
            case 'a': arguments = optarg; break;
            case 'n': small = atoi(optarg); break;
            default: small = -1;
        }
    }
    if ((kernel != NULL) == (small > 0)) {
        fprintf(stderr, "usage: vmm -k BZIMAGE [-i INITRD] [-a ARGUMENTS] [-m MIB] | vmm -n GUESTS\n");
        return 2;
    }
    if (size < 4ull << 20 || size > 3ull << 30 || strlen(arguments) > 2047 || small > 64) {
        errno = EINVAL;
        die("4 to 3072 MiB, arguments of at most 2047 characters, at most 64 guests");
    }
    int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (kvm < 0) {
        die("/dev/kvm");
    }
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGUSR1, &action, NULL);
    if (small > 0) {
        run_small(kvm, small);
    }
    run_linux(kvm, size, kernel, initrd, arguments);
}
