#!/usr/bin/env bash
# Makes a small trace of a recording of a hypervisor:
#
#     make-hypervisor-sample.sh RECORDING OUT.ringside
#
# RECORDING is a directory as lab/record-kvm-under-bochs.sh and lab/record-recursion-under-bochs.sh write it: memory.bin, registers.txt, vmx.txt
# and capabilities.txt; the last two come to lie beside OUT, as OUT.vmx.txt and OUT.capabilities.txt. Settings: BUDGET (its size at most,
# 2M), MACHINE (its name in the trace, the name of OUT), RINGSIDE (the program, ../ringside).
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
fail() {
    echo "make-hypervisor-sample: $*" >&2
    exit 2
}

[ $# -eq 2 ] || fail "usage: make-hypervisor-sample.sh RECORDING OUT.ringside"
recording=$1
out=$2
ringside=${RINGSIDE:-$here/../ringside}
for file in memory.bin registers.txt vmx.txt; do
    [ -f "$recording/$file" ] || fail "$recording/$file is missing; record it with a script of $here/lab"
done

name=$(basename "$out" .ringside)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$ringside" import --into "$work/recording.ringside" --machine "${MACHINE:-$name}" --name stopped --no-check \
    --registers "$recording/registers.txt" "$recording/memory.bin"
"$ringside" extract "$work/recording.ringside" --out "$work/sample.ringside" --budget "${BUDGET:-2M}"
"$ringside" custody "$work/sample.ringside"
mv -f "$work/sample.ringside" "$out"
cp "$recording/vmx.txt" "${out%.ringside}.vmx.txt"
[ ! -s "$recording/capabilities.txt" ] || cp "$recording/capabilities.txt" "${out%.ringside}.capabilities.txt"
echo "make-hypervisor-sample: $out, $(stat -c %s "$out") bytes, and ${out%.ringside}.vmx.txt"
