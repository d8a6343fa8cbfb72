// SPDX-License-Identifier: Apache-2.0
// The smallest useful user of /dev/kvm: runs a guest until it is killed.
//
//     vmm [-m MIB] [-k BZIMAGE [-i INITRD] [-a ARGUMENTS]]
//
// Without a kernel the guest is a few dozen instructions in long mode that write through their memory, ask CPUID and write to port 0xe9 for
// ever. With one it is Linux, entered by the 64-bit boot protocol, with a serial port that can only be written: enough for
// "earlyprintk=serial,ttyS0,keep", with /dev/kmsg as the way out for its programs. No PCI, no ACPI, no disk.
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
    SMALL_CODE = 0x1000,
    SMALL_STACK = 0x8000,
    SMALL_DATA = 0x200000,
    ARGUMENTS = 0x20000,
    CODE_SELECTOR = 0x10,
    DATA_SELECTOR = 0x18,
    HIGH_MEMORY = 0x100000,
    SERIAL = 0x3f8
};

static uint8_t *memory;
static uint64_t memory_size = 96ull << 20;
static int machine, vcpu;
static struct kvm_run *run;
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
    run->immediate_exit = 1;
}

// The small guest, at SMALL_CODE; rdi walks SMALL_DATA page by page.
static const uint8_t small_guest[] = {
    0x48, 0xbc, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // mov rsp, SMALL_STACK
    0x48, 0xbf, 0x00, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00, // again: mov rdi, SMALL_DATA
    0xb9, 0x40, 0x00, 0x00, 0x00,                               // mov ecx, 64
    0x48, 0xff, 0x07,                                           // next: inc qword [rdi]
    0x48, 0x81, 0xc7, 0x00, 0x10, 0x00, 0x00,                   // add rdi, 4096
    0xff, 0xc9,                                                 // dec ecx
    0x75, 0xf2,                                                 // jnz next
    0x31, 0xc0,                                                 // xor eax, eax
    0x53,                                                       // push rbx
    0x0f, 0xa2,                                                 // cpuid
    0x5b,                                                       // pop rbx
    0xb0, 0x2e,                                                 // mov al, '.'
    0xe6, 0xe9,                                                 // out 0xe9, al
    0xb9, 0x00, 0x00, 0x10, 0x00,                               // mov ecx, 0x100000
    0xff, 0xc9,                                                 // wait: dec ecx
    0x75, 0xfc,                                                 // jnz wait
    0xeb, 0xce                                                  // jmp again
};

// Flat segments, and the first GiB mapped to itself in pages of 2 MiB.
static void enter_long_mode(uint64_t rip, uint64_t rsi) {
    uint64_t *gdt = (uint64_t *)(memory + GDT);
    gdt[CODE_SELECTOR / 8] = 0x00af9b000000ffffull;
    gdt[DATA_SELECTOR / 8] = 0x00cf93000000ffffull;
    *(uint64_t *)(memory + PML4) = PDPT | 3;
    *(uint64_t *)(memory + PDPT) = PAGE_DIRECTORY | 3;
    for (uint64_t i = 0; i < 512; i++) {
        *(uint64_t *)(memory + PAGE_DIRECTORY + 8 * i) = i << 21 | 0x83;
    }
    struct kvm_sregs system;
    control(vcpu, KVM_GET_SREGS, &system, "KVM_GET_SREGS");
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
    control(vcpu, KVM_SET_SREGS, &system, "KVM_SET_SREGS");
    struct kvm_regs registers = {.rip = rip, .rsi = rsi, .rsp = SMALL_STACK, .rflags = 2};
    control(vcpu, KVM_SET_REGS, &registers, "KVM_SET_REGS");
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

static void put(uint64_t address, uint64_t value, int size) {
    memcpy(memory + address, &value, size);
}

static void memory_map_entry(int index, uint64_t start, uint64_t size) {
    uint64_t entry = BOOT_PARAMETERS + 0x2d0 + 20ull * index;
    put(entry, start, 8);
    put(entry + 8, size, 8);
    put(entry + 16, 1, 4);
}

// Linux's boot protocol: the set-up header is at 0x1f1 of the image; the 64-bit entry is 0x200 after the start of the protected-mode part.
static void load_linux(const char *kernel, const char *initrd, const char *arguments) {
    size_t size;
    uint8_t *image = read_file(kernel, &size);
    if (size < 0x1000 || number(image + 0x202, 4) != 0x53726448) {
        errno = ENOEXEC;
        die("%s is no bzImage", kernel);
    }
    uint64_t setup = (number(image + 0x1f1, 1) + 1) * 512;
    uint64_t load = number(image + 0x258, 8);
    uint64_t needed = number(image + 0x260, 4);
    if (setup >= size || load + needed > memory_size || load + size - setup > memory_size) {
        errno = ENOMEM;
        die("%s needs %llu MiB", kernel, (unsigned long long)(load + needed) >> 20);
    }
    memcpy(memory + load, image + setup, size - setup);
    memset(memory + BOOT_PARAMETERS, 0, 4096);
    memcpy(memory + BOOT_PARAMETERS + 0x1f1, image + 0x1f1, 0x290 - 0x1f1);
    put(BOOT_PARAMETERS + 0x210, 0xff, 1);
    put(BOOT_PARAMETERS + 0x228, ARGUMENTS, 4);
    strcpy((char *)memory + ARGUMENTS, arguments);
    if (initrd) {
        size_t length;
        uint8_t *bytes = read_file(initrd, &length);
        uint64_t at = (memory_size - length) & ~0xfffull;
        if (length > memory_size || at < load + needed) {
            errno = ENOMEM;
            die("%s does not fit", initrd);
        }
        memcpy(memory + at, bytes, length);
        put(BOOT_PARAMETERS + 0x218, at, 4);
        put(BOOT_PARAMETERS + 0x21c, length, 4);
    }
    put(BOOT_PARAMETERS + 0x1e8, 2, 1);
    memory_map_entry(0, 0, 0x9fc00);
    memory_map_entry(1, HIGH_MEMORY, memory_size - HIGH_MEMORY);
    enter_long_mode(load + 0x200, BOOT_PARAMETERS);
}

static void segment(const char *name, const struct kvm_segment *s) {
    printf("VMM %s selector 0x%x base 0x%llx limit 0x%x type 0x%x s %d dpl %d present %d avl %d l %d db %d g %d\n", name, s->selector,
        (unsigned long long)s->base, s->limit, s->type, s->s, s->dpl, s->present, s->avl, s->l, s->db, s->g);
}

static void value(const char *name, unsigned long long number_) {
    printf("VMM %s 0x%llx\n", name, number_);
}

// What KVM makes of linear addresses of the guest.
static void print_translations(const uint64_t *linear, int count) {
    for (int i = 0; i < count; i++) {
        struct kvm_translation translation = {.linear_address = linear[i]};
        if (ioctl(vcpu, KVM_TRANSLATE, &translation) == 0 && translation.valid) {
            printf("VMM linear 0x%llx 0x%llx\n", (unsigned long long)linear[i], (unsigned long long)translation.physical_address);
        }
    }
}

// Where the host keeps the guest's memory: some pages of it and the page tables' root, by guest-physical and by host-physical address, with
// their first bytes. The host's kernel says so in /proc/self/pagemap, to root only.
static void print_pages(uint64_t root) {
    int map = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    for (uint64_t guest = 0; map >= 0 && guest <= memory_size; guest += 512 << 10) {
        uint64_t address = guest < memory_size ? guest : root;
        uint64_t entry = 0;
        off_t at = (off_t)(((uintptr_t)memory + address) / 4096 * 8);
        if (address < memory_size && pread(map, &entry, 8, at) == 8 && entry >> 63) {
            printf("VMM page 0x%llx 0x%llx 0x%llx\n", (unsigned long long)address, (unsigned long long)(entry & 0x7fffffffffffffull) << 12,
                (unsigned long long)number(memory + address, 8));
        }
    }
    close(map);
}

static void print_registers(void) {
    struct kvm_regs r;
    struct kvm_sregs s;
    struct kvm_debugregs d;
    control(vcpu, KVM_GET_REGS, &r, "KVM_GET_REGS");
    control(vcpu, KVM_GET_SREGS, &s, "KVM_GET_SREGS");
    control(vcpu, KVM_GET_DEBUGREGS, &d, "KVM_GET_DEBUGREGS");
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
    print_translations((uint64_t[]){r.rip, r.rsp, s.gdt.base, s.idt.base, s.tr.base}, 5);
    print_pages(s.cr3 & 0x000ffffffffff000ull);
    printf("VMM STOPPED\n");
    fflush(stdout);
}

static void port(void) {
    uint8_t *data = (uint8_t *)run + run->io.data_offset;
    for (uint32_t i = 0; i < run->io.count; i++, data += run->io.size) {
        if (run->io.direction == KVM_EXIT_IO_OUT) {
            if (run->io.port == SERIAL || run->io.port == 0xe9) {
                putchar(*data);
                if (*data == '\n') {
                    fflush(stdout);
                }
            }
        } else {
            // The line status says that the transmitter is empty; there is nothing at any other port.
            memset(data, 0xff, run->io.size);
            if (run->io.port == SERIAL + 5) {
                *data = 0x60;
            } else if (run->io.port >= SERIAL && run->io.port < SERIAL + 8) {
                *data = 0;
            }
        }
    }
}

static void make_machine(int linux_guest) {
    int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (kvm < 0) {
        die("/dev/kvm");
    }
    machine = control(kvm, KVM_CREATE_VM, 0, "KVM_CREATE_VM");
    uint64_t identity = 0xfeffc000;
    control(machine, KVM_SET_IDENTITY_MAP_ADDR, &identity, "KVM_SET_IDENTITY_MAP_ADDR");
    control(machine, KVM_SET_TSS_ADDR, (void *)0xfeffd000ul, "KVM_SET_TSS_ADDR");
    if (linux_guest) {
        struct kvm_pit_config pit = {0};
        control(machine, KVM_CREATE_IRQCHIP, 0, "KVM_CREATE_IRQCHIP");
        control(machine, KVM_CREATE_PIT2, &pit, "KVM_CREATE_PIT2");
    }
    memory = mmap(NULL, memory_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        die("%llu MiB of memory", (unsigned long long)memory_size >> 20);
    }
    struct kvm_userspace_memory_region region = {.guest_phys_addr = 0, .memory_size = memory_size, .userspace_addr = (uint64_t)memory};
    control(machine, KVM_SET_USER_MEMORY_REGION, &region, "KVM_SET_USER_MEMORY_REGION");
    vcpu = control(machine, KVM_CREATE_VCPU, 0, "KVM_CREATE_VCPU");
    size_t size = control(kvm, KVM_GET_VCPU_MMAP_SIZE, 0, "KVM_GET_VCPU_MMAP_SIZE");
    run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
    if (run == MAP_FAILED) {
        die("the vCPU's page");
    }
    struct kvm_cpuid2 *cpuid = calloc(1, sizeof *cpuid + 256 * sizeof cpuid->entries[0]);
    cpuid->nent = 256;
    control(kvm, KVM_GET_SUPPORTED_CPUID, cpuid, "KVM_GET_SUPPORTED_CPUID");
    control(vcpu, KVM_SET_CPUID2, cpuid, "KVM_SET_CPUID2");
}

static void run_guest(void) {
    for (;;) {
        if (asked) {
            print_registers();
            asked = 0;
            run->immediate_exit = 0;
            raise(SIGSTOP);
        }
        if (ioctl(vcpu, KVM_RUN, 0) < 0) {
            if (errno == EINTR || errno == EAGAIN) {
                continue;
            }
            die("KVM_RUN");
        }
        switch (run->exit_reason) {
            case KVM_EXIT_IO: port(); break;
            case KVM_EXIT_MMIO:
                // Nothing answers: reads are all ones, as on a bus.
                if (!run->mmio.is_write) {
                    memset(run->mmio.data, 0xff, sizeof run->mmio.data);
                }
                break;
            case KVM_EXIT_HLT:
            case KVM_EXIT_INTR:
            case KVM_EXIT_IRQ_WINDOW_OPEN: break;
            default:
                print_registers();
                errno = 0;
                die("the guest left with reason %u, hardware reason 0x%llx", run->exit_reason,
                    (unsigned long long)run->fail_entry.hardware_entry_failure_reason);
        }
    }
}

int main(int count, char **words) {
    const char *kernel = NULL, *initrd = NULL, *arguments = "";
    int option;
    while ((option = getopt(count, words, "m:k:i:a:")) != -1) {
        switch (option) {
            case 'm': memory_size = strtoull(optarg, NULL, 0) << 20; break;
            case 'k': kernel = optarg; break;
            case 'i': initrd = optarg; break;
            case 'a': arguments = optarg; break;
            default: fprintf(stderr, "usage: vmm [-m MIB] [-k BZIMAGE [-i INITRD] [-a ARGUMENTS]]\n"); return 2;
        }
    }
    if (memory_size < 4ull << 20 || memory_size > 3ull << 30 || strlen(arguments) > 2047) {
        errno = EINVAL;
        die("4 to 3072 MiB, and arguments of at most 2047 characters");
    }
    make_machine(kernel != NULL);
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGUSR1, &action, NULL);
    if (kernel) {
        load_linux(kernel, initrd, arguments);
    } else {
        memcpy(memory + SMALL_CODE, small_guest, sizeof small_guest);
        enter_long_mode(SMALL_CODE, 0);
    }
    printf("VMM RUNNING\n");
    fflush(stdout);
    run_guest();
}
