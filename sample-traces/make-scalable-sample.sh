#!/usr/bin/env bash
# Makes a small trace of a scalable-mode VT-d unit, as the bundled one, of a recording, and writes down what the emulator and the guest themselves
# said of the unit at that moment:
#
#     make-scalable-sample.sh RECORDING [OUT.ringside]
#
# RECORDING is a directory as lab/record-scalable-vtd.sh writes it. OUT is scalable-vtd.ringside beside this script by default; OUT.truth.txt
# comes to lie beside it. Settings: BUDGET (its size at most, 512K), MACHINE (its name in the trace), RINGSIDE (the program, ../ringside).
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
fail() {
    echo "make-scalable-sample: $*" >&2
    exit 2
}

[ $# -ge 1 ] || fail "usage: make-scalable-sample.sh RECORDING [OUT.ringside]"
recording=$1
out=${2:-$here/scalable-vtd.ringside}
ringside=${RINGSIDE:-$here/../ringside}
for file in ram-after.bin regs-after.txt pci-after.txt trace-after.txt console.txt; do
    [ -f "$recording/$file" ] || fail "$recording/$file is missing; record it with $here/lab/record-scalable-vtd.sh $recording"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$ringside" import --no-check --into "$work/recording.ringside" --machine "${MACHINE:-scalable-vtd}" \
    --name running --registers "$recording/regs-after.txt" "$recording/ram-after.bin"
"$ringside" extract "$work/recording.ringside" --out "$work/sample.ringside" --budget "${BUDGET:-512K}"
"$ringside" custody "$work/sample.ringside"

# Not every awk reads hexadecimal numbers.
hexadecimal='function number(text, value, i) {
    value = 0
    for (i = 3; i <= length(text); i++) value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
    return value
}'
# Nothing below reads the trace or uses this project's code.
{
    echo "# What QEMU and the guest said of the remapping unit at the recorded moment; one fact a line. See README.md."
    echo "# The guest's sysfs and kernel log"
    tr -d '\r' < "$recording/console.txt" | awk '
        /^(address|cap|ecap|version|domains_used) / { print "guest." $1, $2 }
        /ACPI: DMAR 0x/ { sub(/.*DMAR 0x0*/, ""); print "guest.dmar", "0x" tolower($1), "0x" tolower($2) }
        /DMAR: Host address width/ { print "guest.host-address-width", $NF }
        /DMAR: DRHD base:/ { sub(/.*base: 0x0*/, ""); print "guest.drhd", "0x" $1, $NF }
        /iommu_groups\/[0-9]+\/devices/ { split($0, part, "/"); sub(/^0000:/, "", part[7]); print "guest.group", part[5], part[7] }'
    echo "# QEMU: info pci"
    awk '/^  Bus/ { gsub(",", ""); printf "qemu.device %02x:%02x.%x\n", $2, $4, $6 }' < <(sed 's/:$//' "$recording/pci-after.txt")
    echo "# QEMU's trace events: tables, queue"
    awk '
        $1 == "vtd_reg_dmar_root" { root = $3 }
        $1 == "vtd_reg_ir_root" { interrupts = $3 " " $5 }
        $1 == "vtd_inv_qi_setup" { queue = $3 " " $5 }
        $1 == "vtd_inv_qi_tail" { tail = $4 }
        END { print "qemu.root", root; print "qemu.interrupts", interrupts; print "qemu.queue", queue, tail }' "$recording/trace-after.txt"
    echo "# QEMU's trace events: translations it made and that were not invalidated since: source, DMA page, entry, domain"
    awk "$hexadecimal"'
        $1 == "vtd_iotlb_page_update" {
            page = substr($8, 1, length($8) - 3) "000"
            of[$6 " " page] = $10 " " $12; domain[$6 " " page] = $12; at[$6 " " page] = number(page)
        }
        $1 == "vtd_inv_desc_iotlb_global" { delete of; delete domain; delete at }
        $1 == "vtd_inv_desc_iotlb_domain" { for (key in of) if (domain[key] == $NF) { delete of[key]; delete domain[key]; delete at[key] } }
        $1 == "vtd_inv_desc_iotlb_pages" {
            first = number($7); last = first + 2 ^ number($9) * 4096
            for (key in of) if (domain[key] == $5 && at[key] >= first && at[key] < last) { delete of[key]; delete domain[key]; delete at[key] }
        }
        END { for (key in of) print "qemu.translation", key, of[key] }' "$recording/trace-after.txt" | sort
    echo "# QEMU's trace events: interrupt entries it used, as last used (it names the halves the wrong way round): index, low, high; trigger, vector, delivery, destination, mode"
    awk "$hexadecimal"'
        $1 == "vtd_ir_irte_get" { entry[$3] = $7 " " $5 }
        $1 == "vtd_ir_remap" { how[$3] = $5 " " $7 " " $9 " " $11 " " $13 }
        $1 == "vtd_inv_desc_iec" && $3 == "0x0" { delete entry }
        $1 == "vtd_inv_desc_iec" && $3 != "0x0" { delete entry[number($5)] }
        END { for (key in entry) print "qemu.interrupt", key, entry[key], how[key] }' "$recording/trace-after.txt" | sort -k2n
} > "$work/truth.txt"
grep -q '^qemu.translation' "$work/truth.txt" || fail "QEMU made no translation: was $recording recorded with TRACE?"
mv -f "$work/sample.ringside" "$out"
mv -f "$work/truth.txt" "${out%.ringside}.truth.txt"
echo "make-scalable-sample: $out, $(stat -c %s "$out") bytes, and ${out%.ringside}.truth.txt"
