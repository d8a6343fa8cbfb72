#!/usr/bin/env bash
# Records a hypervisor in a hypervisor, under Bochs: KVM, whose guest is a Linux that runs KVM too, whose small guests are running:
#
#     record-recursion-under-bochs.sh OUT
#
# OUT gets memory.bin (the host's physical memory, just after a VM exit of an innermost guest), vmx.txt (what the emulator's debugger says,
# in this order: the middle guest's last VM exit, the innermost guest running, with its translations, the moment of the memory),
# registers.txt, console.txt and machine.txt (how it was made). Takes about six minutes.
# Settings: MEMORY (MiB of the host, 384), GUEST_MEMORY (MiB of the middle guest, 128), KERNEL (linux-image-amd64), APPEND (more arguments
# of the host's kernel), CPU_MODEL, IPS, LIMIT (seconds to wait for each step, 1800).
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/environment.sh"

[ $# -eq 1 ] || fail "usage: record-recursion-under-bochs.sh OUT"
mkdir -p "$1"
out=$(cd "$1" && pwd)
MEMORY=${MEMORY:-384}
. "$lab/bochs.sh"
limit=${LIMIT:-1800}

fetch_kernel "${KERNEL:-linux-image-amd64}"
build_vmm
hypervisor_initramfs middle "kvm_intel msr" "$work/vmm"
cp "$kernel_image" "$work/vmlinuz"
hypervisor_initramfs host "kvm_intel msr" "$work/vmm" "$work/vmlinuz" "$work/middle.gz"

say "starting the host ($kernel_release, $memory MiB)"
start_bochs "lab=recursion lab.memory=${GUEST_MEMORY:-128} ${APPEND:-}"
await "LAB recursion: KVM loaded" "$limit"
await "LAB middle: KVM loaded" "$limit"
await "VMM exits 1024," "$limit"

say "stopping it in an innermost guest"
truth=$out/vmx.txt
: > "$truth"
stop_bochs
# Where the small guests' loop begins, and nothing else runs.
small=0xffffffff80000000
ask "lb $small" > /dev/null
ask c "$limit" > /dev/null
inner=$(current_vmcs)

# From VM exit to VM exit, through the middle guest's, until an innermost guest begins its loop again.
ask vmexitbp > /dev/null
for _ in $(seq 200); do
    ask c > /dev/null
    ! in_guest || break
    [ "$(current_vmcs)" != "$inner" ] || continue
    : > "$work/middle.txt"
    say_state "The middle guest, just after its last VM exit before the memory was written" "$work/middle.txt"
done
in_guest && [ -s "$work/middle.txt" ] || fail "no innermost guest came back"
cat "$work/middle.txt" >> "$truth"
say_state "The innermost guest, running" "$truth"
say_walk "$truth" "$small" 0xffffffff80001000 0xffffffff80007000 0xffffffff80002000
printf '# info tab\n' >> "$truth"
ask "info tab" >> "$truth"
ask "d 1" > /dev/null
ask c > /dev/null
[ "$(current_vmcs)" = "$inner" ] && ! in_guest || fail "the innermost guest did not leave"
say_state "Just after the innermost guest's next VM exit; the memory is of this moment" "$truth"
registers "$out/registers.txt"
rm -f "$out/memory.bin"
capture "$out/memory.bin"
capabilities recursion > "$out/capabilities.txt"
describe "$out/machine.txt"
end_bochs
say "recorded in $out"
ls -l "$out" >&2
