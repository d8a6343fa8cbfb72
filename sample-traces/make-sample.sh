#!/usr/bin/env bash
# Makes a small trace, as the bundled one, of a recording:
#
#     make-sample.sh RECORDING [OUT.ringside]
#
# RECORDING is a directory as lab/record-guarded-linux.sh writes it: ram-before.bin, ram-after.bin, regs-before.txt, regs-after.txt, System.map.
# OUT is corrupted-driver.ringside beside this script by default; the symbols come to lie beside it. Settings: BUDGET (its size at most, 8M),
# MACHINE (its name in the trace, guarded-linux), RINGSIDE (the program, ../ringside).
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
fail() {
    echo "make-sample: $*" >&2
    exit 2
}

[ $# -ge 1 ] || fail "usage: make-sample.sh RECORDING [OUT.ringside]"
recording=$1
out=${2:-$here/corrupted-driver.ringside}
ringside=${RINGSIDE:-$here/../ringside}
for file in ram-before.bin ram-after.bin regs-before.txt regs-after.txt System.map; do
    [ -f "$recording/$file" ] || fail "$recording/$file is missing; record it with $here/lab/record-guarded-linux.sh $recording"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
"$ringside" import --into "$work/recording.ringside" --machine "${MACHINE:-guarded-linux}" --symbols "$recording/System.map" \
    --name before --registers "$recording/regs-before.txt" \
    --name after --registers "$recording/regs-after.txt" \
    "$recording/ram-before.bin" "$recording/ram-after.bin" || status=$?
# 1 says that a check is violated, which is what a recording of a corruption is for.
[ "$status" -le 1 ] || fail "the import failed"
[ "$status" -eq 1 ] || echo "make-sample: note: no check is violated, the trace will have no alarm" >&2
"$ringside" extract "$work/recording.ringside" --out "$work/sample.ringside" --budget "${BUDGET:-8M}" --symbols "$recording/System.map"
"$ringside" custody "$work/sample.ringside"
mv -f "$work/sample.ringside" "$out"
mv -f "$work/sample.symbols.zst" "${out%.ringside}.symbols.zst"
echo "make-sample: $out, $(stat -c %s "$out") bytes, and ${out%.ringside}.symbols.zst"
