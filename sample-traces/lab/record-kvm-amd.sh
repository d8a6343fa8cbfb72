#!/usr/bin/env bash
# Records AMD's virtualization at work: a Linux under QEMU that runs KVM (kvm-amd), which runs a Linux guest:
#
#     record-kvm-amd.sh OUT
#
# OUT gets ram.bin (physical memory of the machine), regs.txt (QEMU's `info registers`), truth.txt (what others than us say of the VMCB),
# console.txt and machine.txt (how it was made). Needs no hardware virtualization: QEMU emulates SVM, VMCB and nested paging in memory.
# Settings: MEMORY (MiB, 320), GUEST_MEMORY (MiB of the inner guest, 112), KERNEL (linux-image-amd64, of both).
#
# truth.txt has a line for every word that was learned, and who said it:
#   QEMU vmrun ADDRESS, QEMU vmexit CODE INFO1 INFO2 RIP   the emulator's own log: the last entry of the guest and the exit that ended it
#   QEMU xp ADDRESS WORD WORD                              the VMCB's bytes, from the emulator's monitor
#   VMCB FIELD VALUE                                       the host kernel's own definition of a VMCB, read through modules/vmcb_words.c
#   VMM REGISTER VALUE                                     what KVM told the program that runs the guest (KVM_GET_REGS, KVM_GET_SREGS)
#   VMM linear ADDRESS GUEST-PHYSICAL                      how KVM translates linear addresses of the guest (KVM_TRANSLATE)
#   VMM page GUEST-PHYSICAL HOST-PHYSICAL WORD             where the host's kernel keeps pages of the guest (pagemap), and what is there
set -euo pipefail
lab=$(dirname "$(readlink -f "$0")")
. "$lab/environment.sh"
. "$lab/qemu.sh"

[ $# -eq 1 ] || fail "usage: record-kvm-amd.sh OUT"
mkdir -p "$1"
out=$(cd "$1" && pwd)
memory=${MEMORY:-320}
guest_memory=${GUEST_MEMORY:-112}

need qemu-system-x86_64=qemu-system-x86 gcc=gcc make=make cpio=cpio modprobe=kmod busybox=busybox-static bc=bc
fetch_kernel "${KERNEL:-linux-image-amd64}"
work=$(mktemp -d)
cleanup() {
    [ -z "$qemu" ] || kill "$qemu" 2> /dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
build_modules "$work"
build_initramfs "$work" kvm-amd

say "packing the inner guest"
inner="$work/inner"
mkdir -p "$inner"/{bin,proc,dev} "$work/extra"/{bin,inner}
cp "$(command -v busybox)" "$inner/bin/busybox"
cp "$lab/guest/inner-init" "$inner/init"
chmod +x "$inner/init"
(cd "$inner" && find . | cpio --quiet -o -H newc | gzip -1) > "$work/extra/inner/initramfs.gz"
cp "$kernel_image" "$work/extra/inner/vmlinuz"
"${CC:-gcc}" -O1 -Wall -Wextra -static -o "$work/extra/bin/vmm" "$lab/guest/vmm.c" || fail "guest/vmm.c could not be compiled"
# Linux unpacks archives that follow each other one after the other.
(cd "$work/extra" && find . | cpio --quiet -o -H newc | gzip -1) >> "$work/initramfs.gz"

ram="$work/ram"
truncate -s "${memory}M" "$ram"
machine=(
    -machine q35 -accel tcg -cpu max -m "${memory}M"
    -object "memory-backend-file,id=ram0,size=${memory}M,mem-path=$ram,share=on" -machine memory-backend=ram0
    -nodefaults -display none -no-reboot -D "$work/log"
    -kernel "$kernel_image" -initrd "$work/initramfs.gz"
    -append "console=ttyS0 quiet nokaslr"
)
say "starting the host ($kernel_release, ${memory} MiB)"
start_machine "${machine[@]}"
await "LAB READY*" 300
say "starting the guest (${guest_memory} MiB)"
tell run "vmm -m $guest_memory -k /inner/vmlinuz -i /inner/initramfs.gz -a 'earlyprintk=serial,ttyS0,keep quiet nokaslr tsc=reliable lpj=4000000 no_timer_check nopti mitigations=off' &"
await "*LAB GUEST READY*" 1800

say "stopping it between two entries"
# The emulator names the VMCB of every entry and the code of every exit while this log is on.
monitor "log in_asm" > /dev/null
sleep 2
tell run "killall -USR1 vmm; until grep -q \"^State:.*stopped\" /proc/\$(pidof vmm)/status; do usleep 100000; done"
monitor "log none" > /dev/null
vmrun=$(grep -a 'vmrun!' "$work/log" | tail -n 1) || fail "the emulator's log names no VMRUN"
vmexit=$(grep -a 'vmexit(' "$work/log" | tail -n 1)
vmcb=0x$(printf '%s' "$vmrun" | sed -E 's/.*vmrun! 0*([0-9a-f]+).*/\1/')
lines=$(wc -l < "$out/console.txt")
tell run "insmod /lab/vmcb_words.ko address=$vmcb; dmesg | grep 'VMCB '"

say "capturing (VMCB at $vmcb)"
monitor stop > /dev/null
monitor "info registers" > "$out/regs.txt"
{
    printf 'QEMU vmrun %s\n' "$vmcb"
    printf '%s\n' "$vmexit" | sed -E 's/.*vmexit\(([0-9a-f]+), *([0-9a-f]+), *([0-9a-f]+), *([0-9a-f]+)\).*/QEMU vmexit 0x\1 0x\2 0x\3 0x\4/'
    grep -E '^VMM [a-z]' "$out/console.txt"
    tail -n +"$((lines + 1))" "$out/console.txt" | sed -n -E 's/.*(VMCB [a-z0-9_.]+(\[[0-9]+\])? 0x[0-9a-f]+)$/\1/p'
    monitor "xp /512gx $vmcb" | sed -n -E 's/^0*([0-9a-f]+): (0x[0-9a-f]+) (0x[0-9a-f]+)$/QEMU xp 0x\1 \2 \3/p'
} > "$out/truth.txt"
cp --sparse=always "$ram" "$out/ram.bin"
{
    printf 'kernel %s, host and guest\n' "$kernel_release"
    qemu-system-x86_64 --version | head -n 1
    printf '%s\n' "${machine[*]}" | sed "s#$work#WORK#g; s#$kernel_root#KERNEL#g"
} > "$out/machine.txt"
stop_machine
say "recorded in $out"
ls -l "$out" >&2
