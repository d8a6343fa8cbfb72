# What the recorders under Bochs share: a machine with KVM's own guests in it, and what its debugger says. Sourced after environment.sh.

need bochs=bochs grub-mkrescue=grub-pc-bin xorriso=xorriso mformat=mtools gcc=gcc cpio=cpio modprobe=kmod busybox=busybox-static
[ -d /usr/share/vgabios ] || fail "the package vgabios is missing"

# The host's physical memory in MiB. What its kernel maps of it one to one ends a little below; that much is written.
memory=${MEMORY:-256}
# Where the kernel, not randomized, maps physical memory one to one with 4-level page tables.
direct_map=0xffff888000000000
bochs=
work=$(mktemp -d)
cleanup() {
    [ -z "$bochs" ] || kill -KILL "$bochs" 2> /dev/null || true
    [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap cleanup EXIT

build_vmm() { ${CC:-gcc} -O2 -Wall -static -s -o "$work/vmm" "$lab/guest/vmm.c" || fail "guest/vmm.c could not be compiled"; }

# hypervisor_initramfs NAME MODULES [FILE...]: an initramfs $work/NAME.gz whose init is guest/init-hypervisor, with kernel modules
# and files under /lab.
hypervisor_initramfs() {
    local name=$1 modules=$2
    shift 2
    mkdir -p "$work/$name"
    # shellcheck disable=SC2086 # a list of modules
    lab_init=$lab/guest/init-hypervisor build_initramfs "$work/$name" $modules
    if [ $# -gt 0 ]; then
        cp "$@" "$work/$name/initramfs/lab/"
        (cd "$work/$name/initramfs" && find . | cpio --quiet -o -H newc | gzip -1) > "$work/$name/initramfs.gz"
    fi
    mv "$work/$name/initramfs.gz" "$work/$name.gz"
}

# start_bochs ARGUMENTS: a machine that boots the kernel with $work/host.gz; its console is $out/console.txt.
start_bochs() {
    mkdir -p "$work/iso/boot/grub"
    cp "$kernel_image" "$work/iso/boot/vmlinuz"
    cp "$work/host.gz" "$work/iso/boot/host.gz"
    cat > "$work/iso/boot/grub/grub.cfg" << END
set timeout=0
menuentry lab {
    linux /boot/vmlinuz console=ttyS0 nokaslr mitigations=off nowatchdog tsc=reliable no_timer_check panic=-1 quiet $1
    initrd /boot/host.gz
}
END
    grub-mkrescue -o "$work/host.iso" "$work/iso" > "$work/grub.log" 2>&1 || fail "grub-mkrescue: see $work/grub.log"
    cat > "$work/bochsrc" << END
plugin_ctrl: unmapped=1, biosdev=1, speaker=0, extfpuirq=1, parallel=0, serial=1
config_interface: textconfig
display_library: rfb, options="timeout=0"
memory: guest=$memory, host=$memory
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/vgabios/vgabios.bin
cpu: model=${CPU_MODEL:-corei7_haswell_4770}, count=1, ips=${IPS:-100000000}, reset_on_triple_fault=0
clock: sync=none
pci: enabled=1, chipset=i440fx
ata0-master: type=cdrom, path=$work/host.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=$out/console.txt
sound: driver=dummy
log: $work/bochs.log
panic: action=report
error: action=ignore
info: action=ignore
debug: action=ignore
END
    : > "$out/console.txt"
    mkfifo "$work/debugger.in"
    (cd "$work" && exec nice -n "${NICE:-5}" bochs -q -f "$work/bochsrc" < "$work/debugger.in" > "$work/debugger.out" 2>&1) &
    bochs=$!
    exec 3> "$work/debugger.in"
    echo c >&3
}

# await PATTERN SECONDS: until a line of the console has it.
await() {
    local until=$((SECONDS + $2))
    while ! grep -qaE "$1" "$out/console.txt"; do
        kill -0 "$bochs" 2> /dev/null || {
            tail -n 5 "$work/debugger.out" >&2
            fail "Bochs ended"
        }
        ! grep -aE "(LAB|VMM) FAILED" "$out/console.txt" >&2 || fail "the guest failed"
        if [ $SECONDS -ge $until ]; then
            tail -n 5 "$out/console.txt" >&2
            fail "the machine did not say '$1' within $2 s"
        fi
        sleep 1
    done
    say "after $SECONDS s: $(grep -aE "$1" "$out/console.txt" | tail -n 1 | tr -d '\r')"
}

prompts() { grep -ac '<bochs:' "$work/debugger.out" || true; }

# ask COMMAND [SECONDS]: what the debugger answers, up to its next prompt.
ask() {
    local before from until=$((SECONDS + ${2:-120}))
    before=$(prompts)
    from=$(stat -c %s "$work/debugger.out")
    printf '%s\n' "$1" >&3
    answered "$before" "$until" "$1"
    tail -c +"$((from + 1))" "$work/debugger.out" | sed '/^<bochs:[0-9]*> *$/d'
}

answered() {
    while [ "$(prompts)" -le "$1" ]; do
        kill -0 "$bochs" 2> /dev/null || fail "Bochs ended at '$3'"
        [ $SECONDS -lt "$2" ] || fail "the debugger did not answer '$3'"
        sleep 0.05
    done
}

# stop_bochs: interrupts the running machine, which then answers ask.
stop_bochs() {
    local before
    before=$(prompts)
    kill -INT "$bochs"
    answered "$before" $((SECONDS + 120)) "interrupt"
}

# resume_bochs: lets the machine run on until stop_bochs.
resume_bochs() { printf 'c\n' >&3; }

end_bochs() {
    printf 'q\n' >&3
    exec 3>&-
    sleep 1
    kill -KILL "$bochs" 2> /dev/null || true
    wait "$bochs" 2> /dev/null || true
    bochs=
}

# say_state TITLE FILE: the processor in the debugger's own words.
say_state() {
    local command
    {
        printf '## %s\n' "$1"
        for command in 'show "cpu0.VMX"' r sreg creg; do
            printf '# %s\n' "$command"
            ask "$command"
        done
    } >> "$2"
}

# say_walk FILE ADDRESS...: how the debugger translates linear addresses of what runs, a guest's through its EPT too.
say_walk() {
    local file=$1 address
    shift
    for address in "$@"; do
        {
            printf '# page %s\n' "$address"
            ask "page $address"
        } >> "$file"
    done
}

in_guest() { ask 'show "cpu0.VMX"' | grep -q 'in_vmx_guest = true'; }

current_vmcs() { ask 'show "cpu0.VMX"' | sed -n 's/^ *vmcsptr = //p'; }

# registers FILE: the processor's registers now, in the form of QEMU's "info registers", which is what importers read.
registers() {
    {
        printf 'CPU#0\n'
        ask r | sed -nE 's/^(r[a-z0-9]+) *: ([0-9a-f]{8})_([0-9a-f]{8})$/\U\1=\2\3/p; s/^eflags 0x([0-9a-f]{8}).*/RFL=\U\1/p'
        ask creg | sed -nE 's/^(CR[034]|EFER)=0x([0-9a-f]{8,16})(:.*)?$/\1=\U\2/p; s/^CR2=.*laddr=0x([0-9a-f]{8,16})$/CR2=\U\1/p'
    } > "$1"
}

# capture FILE: physical memory as far as the host's kernel maps it one to one; the processor must be in the host's context.
capture() {
    ask "writemem \"$1\" $direct_map $(printf '0x%x' $(((memory << 20) - 0x20000)))" 300 > /dev/null
    [ "$(stat -c %s "$1" 2> /dev/null || echo 0)" -eq $(((memory << 20) - 0x20000)) ] || fail "the debugger did not write $1"
}

# capabilities ROLE: what a machine said of its processor, as lines "0xMSR 0xVALUE" and one of /proc/cpuinfo.
capabilities() { tr -d '\r' < "$out/console.txt" | sed -n "s/^LAB $1: msr //p; s/^LAB $1: \(address sizes.*\)/\1/p"; }

# describe FILE: how the recording was made.
describe() {
    {
        printf 'kernel %s\n' "$kernel_release"
        dpkg-query -W -f '${Package} ${Version}\n' bochs bochsbios
        grep -vE '^(log|panic|error|info|debug|sound|plugin_ctrl)' "$work/bochsrc" | sed "s#$work#WORK#g; s#$out#OUT#g"
        sed -n 's/^ *linux //p' "$work/iso/boot/grub/grub.cfg"
    } > "$1"
}
