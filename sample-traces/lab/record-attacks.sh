#!/usr/bin/env bash
# Records what attacks on a kernel, and lawful changes of it, leave in memory: one recording for each technique, before and after it.
#
#     record-attacks.sh OUT [NAME...]
#     record-attacks.sh --list
#
# The guest boots once, into OUT/booted (memory, emulator's state, symbols); every technique begins at that same moment. OUT/NAME gets ram-before.bin,
# ram-after.bin, regs-before.txt, regs-after.txt (QEMU's `info registers`, the DMAR unit's registers, and the MSRs that `info registers` leaves out),
# kallsyms-before.txt, kallsyms-after.txt (the guest's own /proc/kallsyms), console.txt, truth.txt (what was changed, by those who changed it),
# and, last, machine.txt. What has a machine.txt is not recorded again; delete OUT to begin anew after a change of a test subject.
# Settings: MEMORY (MiB, 256), KERNEL (linux-image-amd64), APPEND (more kernel arguments, for example nokaslr). Needs no hardware virtualization.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/environment.sh"
. "$lab/qemu.sh"

attacks=(syscall-table inline-hook idt-entry lstar-msr ftrace-hook kprobe hidden-module proc-operations netfilter-hook shared-credentials
    wx-mapping cr0-wp ebpf)
lawful=(nothing nothing-for-long lawful-modules lawful-function-tracer lawful-kprobe-event)
# What lawful-modules loads, with what they depend on: Debian's own.
lawful_modules=(loop dm-mod ext4 nf_tables)

# watched NAME: symbols and sizes of what the emulator is asked for, where no module of ours tells.
watched() {
    case "$1" in
        ebpf) echo "__tracepoint_sys_enter 80" ;;
        lawful-modules) echo "modules 16" ;;
        lawful-function-tracer | lawful-kprobe-event) echo "do_sys_openat2 5" ;;
    esac
}

[ "${1:-}" != --list ] || {
    printf '%s\n' "${attacks[@]}" "${lawful[@]}"
    exit 0
}
[ $# -ge 1 ] || fail "usage: record-attacks.sh OUT [NAME...], or --list"
mkdir -p "$1"
root=$(cd "$1" && pwd)
shift
names=("$@")
[ ${#names[@]} -gt 0 ] || names=("${attacks[@]}" "${lawful[@]}")
for name in "${names[@]}"; do
    [[ " ${attacks[*]} ${lawful[*]} " == *" $name "* ]] || fail "no technique '$name'; see --list"
done
memory=${MEMORY:-256}
booted="$root/booted"

need qemu-system-x86_64=qemu-system-x86 gcc=gcc make=make cpio=cpio modprobe=kmod busybox=busybox-static bc=bc python3=python3
work=$(mktemp -d)
cleanup() {
    [ -z "$qemu" ] || kill "$qemu" 2> /dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

# The machine, as far as it is the same for the first boot and every restored one. Its devices are those whose state QEMU can save.
set_machine() {
    truncate -s "${memory}M" "$work/ram"
    rm -f "$work/disk"
    truncate -s 32M "$work/disk"
    rm -f "$work"/console.* "$work"/monitor.*
    machine=(
        -machine q35,kernel-irqchip=off -accel tcg -cpu max -m "${memory}M"
        -object "memory-backend-file,id=ram0,size=${memory}M,mem-path=$work/ram,share=on" -machine memory-backend=ram0
        -nodefaults -display none -no-reboot
        -device "intel-iommu,intremap=on,caching-mode=on,aw-bits=48"
        -device e1000e
        -device virtio-net-pci,disable-legacy=on,iommu_platform=on,ats=on
        -drive "if=none,id=d0,file=$work/disk,format=raw" -device virtio-blk-pci,drive=d0,disable-legacy=on,iommu_platform=on,ats=on
    )
}

# save_state FILE: all of the stopped machine but its memory.
save_state() {
    monitor "migrate_set_capability x-ignore-shared on" > /dev/null
    monitor "migrate -d \"exec:cat > $1\"" > /dev/null
    until [[ $(monitor "info migrate") == *"status: completed"* ]]; do sleep 0.2; done
}

# capture NAME [STATE]: memory, registers and, if asked to keep it, state of the machine, which is left stopped.
capture() {
    local state=${2:-$work/state}
    monitor stop > /dev/null
    monitor "info registers" > "$out/regs-$1.txt"
    monitor "xp /140wx 0xfed90000" >> "$out/regs-$1.txt"
    cp --sparse=always "$work/ram" "$out/ram-$1.bin"
    save_state "$state"
    "$lab/migrated-registers.py" "$state" >> "$out/regs-$1.txt"
}

# symbols FILE: what the guest wrote to its disk.
symbols() { tr -d '\0' < "$work/disk" > "$1"; }

boot() {
    out="$booted"
    mkdir -p "$out" "$work/extra/lab/lawful"
    fetch_kernel "${KERNEL:-linux-image-amd64}"
    build_modules "$work" "$lab/attacks"
    build_initramfs "$work" e1000e virtio_pci virtio_net virtio_blk
    "${CC:-gcc}" -O2 -Wall -static -s -o "$work/extra/lab/agent" "$lab/guest/agent.c" || fail "guest/agent.c could not be compiled"
    cp "$lab/guest/attack" "$work/extra/lab/"
    local module path
    for module in "${lawful_modules[@]}"; do
        while read -r path; do
            [ -f "$work/initramfs/modules/$(basename "$path")" ] || [ -f "$work/extra/lab/lawful/$(basename "$path")" ] || {
                cp "$path" "$work/extra/lab/lawful/"
                basename "$path" >> "$work/extra/lab/lawful/order"
            }
        done < <(modprobe -d "$kernel_root" -S "$kernel_release" --show-depends "$module" | sed -n 's/^insmod \([^ ]*\).*/\1/p')
    done
    # Linux unpacks archives that follow each other one after the other.
    (cd "$work/extra" && find . | cpio --quiet -o -H newc | gzip -1) >> "$work/initramfs.gz"

    local append="console=ttyS0 quiet intel_iommu=on iommu.strict=1 ringside.lab=1 ${APPEND:-}"
    set_machine
    say "starting the guest ($kernel_release, ${memory} MiB)"
    start_machine "${machine[@]}" -kernel "$kernel_image" -initrd "$work/initramfs.gz" \
        -append "$append"
    await "LAB READY*" 900
    tell run /lab/attack prepare
    symbols "$out/kallsyms-before.txt"
    capture before "$work/booted.state"
    {
        printf 'kernel %s\n' "$kernel_release"
        qemu-system-x86_64 --version | head -n 1
        printf '%s\n' "${machine[*]} -kernel $kernel_image -append $append" | sed "s#$work#WORK#g; s#$kernel_root#KERNEL#g"
    } > "$out/machine.txt"
    stop_machine
    mv "$work/booted.state" "$out/state"
}

# watch MOMENT: what the emulator reads at the symbols watched, as lines "symbol virtual physical size bytes".
watch() {
    local symbol size virtual physical
    while read -r symbol size; do
        virtual=0x$(awk -v s="$symbol" '$3 == s { print $1; exit }' "$out/kallsyms-before.txt")
        physical=$(monitor "gva2gpa $virtual" | sed -n 's/^gpa: 0x/0x/p')
        printf '%s virtual=%s physical=%s size=%s %s\n' "$symbol" "$virtual" "$physical" "$size" \
            "$(monitor "xp /${size}bx $physical" | sed 's/^[^:]*://; s/0x//g' | tr -cd '0-9a-f')"
    done < <(watched "$name") > "$work/watched-$1"
}

# write_truth: what the modules said, what the emulator saw, and what eBPF programs the guest's symbols name.
write_truth() {
    {
        sed -n 's/^.*lab-truth: //p' "$out/console.txt"
        paste -d ' ' "$work/watched-before" "$work/watched-after" \
            | awk 'NF { print "change", $1, $2, $3, $4, "old=" $5, "new=" $10 }'
        comm -13 <(awk '$3 ~ /^bpf_prog_/ { print $3, $1 }' "$out/kallsyms-before.txt" | sort) \
            <(awk '$3 ~ /^bpf_prog_/ { print $3, $1 }' "$out/kallsyms-after.txt" | sort) | sed 's/^\(.*\) \(.*\)$/fact \1 virtual=0x\2/'
    } > "$out/truth.txt"
}

# record NAME: one technique, from the moment that was booted.
record() {
    name=$1
    out="$root/$name"
    mkdir -p "$out"
    cp "$booted/kallsyms-before.txt" "$booted/regs-before.txt" "$out/"
    ln -f "$booted/ram-before.bin" "$out/ram-before.bin"
    cp --sparse=always "$booted/ram-before.bin" "$work/ram"
    set_machine
    say "recording $name"
    start_machine "${machine[@]}" -incoming defer
    monitor "migrate_set_capability x-ignore-shared on" > /dev/null
    monitor "migrate_incoming \"exec:cat $booted/state\"" > /dev/null
    # It was saved stopped, so it is restored stopped.
    until [[ $(monitor "info status") == *paused* ]]; do sleep 0.2; done
    watch before
    monitor cont > /dev/null
    tell run "/lab/attack $name"
    capture after
    watch after
    monitor cont > /dev/null
    tell run "/lab/attack symbols"
    symbols "$out/kallsyms-after.txt"
    write_truth
    {
        head -n 1 "$booted/machine.txt"
        printf 'action %s\n' "$name"
        tail -n +2 "$booted/machine.txt"
    } > "$work/machine.txt"
    stop_machine
    mv "$work/machine.txt" "$out/machine.txt"
}

[ -f "$booted/state" ] || boot
failed=()
for name in "${names[@]}"; do
    if [ -f "$root/$name/machine.txt" ]; then
        say "$name is recorded"
    elif [ ${#names[@]} -eq 1 ]; then
        record "$name"
    else
        # By itself, so that one that fails does not end the others.
        "$lab/record-attacks.sh" "$root" "$name" || failed+=("$name")
    fi
done
[ ${#failed[@]} -eq 0 ] || fail "not recorded: ${failed[*]}"
