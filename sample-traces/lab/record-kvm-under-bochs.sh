#!/usr/bin/env bash
# Records KVM with a Linux as its guest, alive, under Bochs, whose processor has VMX whatever the machine it runs on:
#
#     record-kvm-under-bochs.sh OUT
#
# OUT gets memory.bin (the host's physical memory, just after a VM exit), vmx.txt (what the emulator's debugger says of the current VMCS,
# the registers, and translations of the guest's addresses while the guest runs, and again at the moment of the memory), registers.txt,
# capabilities.txt (the capability MSRs of VMX), console.txt and machine.txt (how it was made). Takes about five minutes.
# Settings: MEMORY (MiB of the host, 256), GUEST_MEMORY (MiB of the guest, 112), KERNEL (linux-image-amd64), APPEND (more arguments of the
# host's kernel), CPU_MODEL, IPS, LIMIT (seconds to wait for each step, 1800).
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/environment.sh"

[ $# -eq 1 ] || fail "usage: record-kvm-under-bochs.sh OUT"
mkdir -p "$1"
out=$(cd "$1" && pwd)
. "$lab/bochs.sh"
limit=${LIMIT:-1800}

fetch_kernel "${KERNEL:-linux-image-amd64}"
build_vmm
hypervisor_initramfs guest ""
cp "$kernel_image" "$work/vmlinuz"
hypervisor_initramfs host "kvm_intel msr" "$work/vmm" "$work/vmlinuz" "$work/guest.gz"

say "starting the host ($kernel_release, $memory MiB)"
start_bochs "lab=linux lab.memory=${GUEST_MEMORY:-112} ${APPEND:-}"
await "LAB linux: KVM loaded" "$limit"
await "LAB guest: alive 3" "$limit"

say "stopping it in the guest"
truth=$out/vmx.txt
: > "$truth"
stop_bochs
for _ in $(seq 100); do
    ! in_guest || break
    resume_bochs
    sleep 0.7
    stop_bochs
done
in_guest || fail "the guest was never found running"
say_state "The guest, running" "$truth"
rip=$(ask r | sed -n 's/^rip: //p' | tr -d _)
# Its code, its kernel's text and read-only data, and its memory as it sees it itself.
say_walk "$truth" "0x$rip" 0xffffffff81000000 0xffffffff82000000
for mebibytes in 0 1 3 8 16 17 32 48 64 80 96 111; do
    say_walk "$truth" "$(printf '0x%x' $((direct_map + (mebibytes << 20) + 0x7000)))"
done
ask vmexitbp > /dev/null
ask c "$limit" > /dev/null
say_state "Just after the guest's next VM exit; the memory is of this moment" "$truth"
registers "$out/registers.txt"
rm -f "$out/memory.bin"
capture "$out/memory.bin"
capabilities linux > "$out/capabilities.txt"
describe "$out/machine.txt"
end_bochs
say "recorded in $out"
ls -l "$out" >&2
