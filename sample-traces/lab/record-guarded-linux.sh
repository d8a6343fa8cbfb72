#!/usr/bin/env bash
# Records a guarded Linux behind a VT-d unit under QEMU, before and after something happens in it:
#
#     record-guarded-linux.sh OUT [insmod=MODULE | run=COMMAND | nothing]
#
# OUT gets ram-before.bin, ram-after.bin (physical memory), regs-before.txt, regs-after.txt (QEMU's `info registers` and the DMAR unit's
# registers), pci-before.txt, pci-after.txt (QEMU's `info pci`), System.map (the guest's own symbols), console.txt and machine.txt (how it was
# made). Needs no hardware virtualization.
# Settings: MEMORY (MiB, 256), KERNEL (linux-image-amd64), APPEND (more kernel arguments), IOMMU (more properties of the unit, for example
# x-scalable-mode=on), TRACE (QEMU trace events, for example "vtd_ir_remap vtd_iotlb_page_update"; trace-before.txt and trace-after.txt then have
# those up to each moment).
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/environment.sh"

[ $# -ge 1 ] || fail "usage: record-guarded-linux.sh OUT [insmod=MODULE | run=COMMAND | nothing]"
mkdir -p "$1"
out=$(cd "$1" && pwd)
action=${2:-insmod=corrupted_driver}
memory=${MEMORY:-256}

need qemu-system-x86_64=qemu-system-x86 gcc=gcc make=make cpio=cpio modprobe=kmod busybox=busybox-static bc=bc pahole=pahole
fetch_kernel "${KERNEL:-linux-image-amd64}"
work=$(mktemp -d)
qemu=
cleanup() {
    [ -z "$qemu" ] || kill "$qemu" 2> /dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
build_modules "$work"
build_initramfs "$work" e1000e nvme virtio_pci virtio_net virtio_blk

ram="$work/ram"
truncate -s "${memory}M" "$ram"
truncate -s 16M "$work/disk0" "$work/disk1"
mkfifo "$work/console.in" "$work/console.out" "$work/monitor.in" "$work/monitor.out"
machine=(
    -machine q35,kernel-irqchip=off -accel tcg -cpu max -m "${memory}M"
    -object "memory-backend-file,id=ram0,size=${memory}M,mem-path=$ram,share=on" -machine memory-backend=ram0
    -nodefaults -display none -no-reboot
    -device "intel-iommu,intremap=on,caching-mode=on,aw-bits=48${IOMMU:+,$IOMMU}"
    -device e1000e
    -drive "if=none,id=d0,file=$work/disk0,format=raw" -device nvme,serial=ringside0,drive=d0
    -device virtio-net-pci,disable-legacy=on,iommu_platform=on,ats=on
    -drive "if=none,id=d1,file=$work/disk1,format=raw" -device virtio-blk-pci,drive=d1,disable-legacy=on,iommu_platform=on,ats=on
    -device edu
    -chardev "pipe,id=console,path=$work/console" -serial chardev:console
    -chardev "pipe,id=monitor,path=$work/monitor" -mon chardev=monitor,mode=readline
    -kernel "$kernel_image" -initrd "$work/initramfs.gz"
    -append "console=ttyS0 quiet intel_iommu=on iommu.strict=1 ${APPEND-nokaslr}"
)
events=()
for event in ${TRACE:-}; do
    events+=(-trace "$event")
done
[ ${#events[@]} -eq 0 ] || events+=(-D "$work/trace.txt")
qemu-system-x86_64 "${machine[@]}" "${events[@]}" > "$work/qemu.log" 2>&1 &
qemu=$!
# Opened read and write, so that no opening waits for the other side.
exec 3<> "$work/console.in" 4<> "$work/console.out" 5<> "$work/monitor.in" 6<> "$work/monitor.out"

# await PATTERN SECONDS: copies the console to console.txt until a line matches.
: > "$out/console.txt"
await() {
    local line
    while IFS= read -r -t "$2" line <&4; do
        line=${line%$'\r'}
        printf '%s\n' "$line" >> "$out/console.txt"
        case "$line" in
            *"LAB FAILED"*) fail "the guest says: $line" ;;
            $1) return 0 ;;
        esac
    done
    tail -n 5 "$out/console.txt" "$work/qemu.log" >&2
    fail "the guest did not say '$1' within $2 s"
}

# monitor COMMAND: what QEMU's monitor answers, without its echo.
monitor() {
    local line=
    printf '%s\nprint 0x52494e47\n' "$1" >&5
    while IFS= read -r -t 60 line <&6; do
        line=${line%$'\r'}
        case "$line" in
            *0x52494e47*"print"* | *"print 0x52494e47"*) ;;
            0x52494e47*) return 0 ;;
            *"(qemu)"*) ;;
            *) printf '%s\n' "$line" ;;
        esac
    done
    fail "QEMU's monitor did not answer '$1'"
}

# capture NAME: memory and registers of one stopped moment.
capture() {
    say "capturing $1"
    monitor stop > /dev/null
    monitor "info registers" > "$out/regs-$1.txt"
    monitor "xp /140wx 0xfed90000" >> "$out/regs-$1.txt"
    monitor "info pci" > "$out/pci-$1.txt"
    [ ${#events[@]} -eq 0 ] || cp "$work/trace.txt" "$out/trace-$1.txt"
    cp --sparse=always "$ram" "$out/ram-$1.bin"
    monitor cont > /dev/null
}

say "starting the guest ($kernel_release, ${memory} MiB)"
await "LAB READY*" 300
printf 'symbols\n' >&3
lines=$(wc -l < "$out/console.txt")
await "LAB DONE symbols*" 300
tail -n +"$((lines + 1))" "$out/console.txt" | grep -E '^[0-9a-f]{16} ' > "$out/System.map"
sed -i -E '/^[0-9a-f]{16} . /d' "$out/console.txt"
capture before
case "$action" in
    nothing)
        printf 'run sleep 5\n' >&3
        await "LAB DONE run*" 120
        ;;
    *)
        printf '%s %s\n' "${action%%=*}" "${action#*=}" >&3
        await "LAB DONE ${action%%=*}*" 120
        ;;
esac
capture after
{
    printf 'kernel %s\naction %s\n' "$kernel_release" "$action"
    qemu-system-x86_64 --version | head -n 1
    printf '%s\n' "${machine[*]}" | sed "s#$work#WORK#g; s#$kernel_root#KERNEL#g"
} > "$out/machine.txt"
monitor quit > /dev/null 2>&1 &
wait "$qemu" 2> /dev/null || true
qemu=
say "recorded in $out"
ls -l "$out" >&2
