#!/usr/bin/env bash
# Makes the small trace kvm-amd.ringside, with its truth, of a recording:
#
#     make-kvm-amd-sample.sh RECORDING [OUT.ringside]
#
# RECORDING is a directory as lab/record-kvm-amd.sh writes it: ram.bin, regs.txt, truth.txt. OUT is kvm-amd.ringside beside this script by
# default; the truth comes to lie beside it, as kvm-amd.truth.txt. Settings: BUDGET (its size at most, 2560K), MACHINE (its name in the trace,
# kvm-amd-host), RINGSIDE (the program, ../ringside).
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
fail() {
    echo "make-kvm-amd-sample: $*" >&2
    exit 2
}

[ $# -ge 1 ] || fail "usage: make-kvm-amd-sample.sh RECORDING [OUT.ringside]"
recording=$1
out=${2:-$here/kvm-amd.ringside}
ringside=${RINGSIDE:-$here/../ringside}
for file in ram.bin regs.txt truth.txt; do
    [ -f "$recording/$file" ] || fail "$recording/$file is missing; record it with $here/lab/record-kvm-amd.sh $recording"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$ringside" import --into "$work/recording.ringside" --machine "${MACHINE:-kvm-amd-host}" \
    --name guest-running --registers "$recording/regs.txt" "$recording/ram.bin"
"$ringside" extract "$work/recording.ringside" --out "$work/sample.ringside" --budget "${BUDGET:-2560K}"
"$ringside" custody "$work/sample.ringside"
mv -f "$work/sample.ringside" "$out"
cp "$recording/truth.txt" "${out%.ringside}.truth.txt"
echo "make-kvm-amd-sample: $out, $(stat -c %s "$out") bytes, and ${out%.ringside}.truth.txt"
