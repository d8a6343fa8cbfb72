#!/usr/bin/env bash
# Makes the bundled sample from a recording:
#
#     make-sample.sh RECORDING OUT.ringside
#
# RECORDING is a directory as lab/record-guarded-linux.sh writes it: ram-before.bin, ram-after.bin, regs-before.txt, regs-after.txt,
# System.map. Both moments are imported, the integrity check runs, and what tells what happened is kept: pages that changed, page and
# VT-d tables, kernel code and read-only data, as much as fits into 8 MiB. The rest is recorded as not captured.
set -euo pipefail
[ $# -eq 2 ] || {
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
}
ringside="$(dirname "$(readlink -f "$0")")/../ringside"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for moment in before after; do
    # Exit status 1 tells that the check found something, which is what a sample is for.
    "$ringside" import --into "$work/whole.ringside" --machine guarded-linux --name "$moment" --symbols "$1/System.map" \
        --registers "$1/regs-$moment.txt" "$1/ram-$moment.bin" || [ $? -eq 1 ]
done
"$ringside" extract "$work/whole.ringside" --out "$2" --symbols "$1/System.map"
