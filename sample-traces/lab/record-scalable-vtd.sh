#!/usr/bin/env bash
# Records a Linux behind a VT-d unit in scalable mode, with what QEMU and the guest say of the unit:
#
#     record-scalable-vtd.sh OUT
#
# OUT gets what record-guarded-linux.sh writes, and QEMU's trace events; its settings hold here too. Then make-scalable-sample.sh.
set -euo pipefail
lab=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -eq 1 ] || {
    echo "usage: record-scalable-vtd.sh OUT" >&2
    exit 2
}
# The network devices come up and the disks are read, so that rings and buffers are mapped.
words="dmesg | grep -E 'DMAR|ACPI: DMAR'
cd /sys/class/iommu/dmar0/intel-iommu; for f in *; do echo \$f \$(cat \$f); done
for d in /sys/kernel/iommu_groups/*/devices/*; do echo \$d; done
ifconfig eth0 up; ifconfig eth1 up
dd if=/dev/nvme0n1 of=/dev/null bs=64k count=16; dd if=/dev/vda of=/dev/null bs=64k count=16
cat /proc/interrupts"
IOMMU="x-scalable-mode=on${IOMMU:+,$IOMMU}" \
    TRACE="vtd_reg_dmar_root vtd_reg_ir_root vtd_inv_qi_setup vtd_inv_qi_tail vtd_iotlb_page_update vtd_inv_desc_iotlb_global
        vtd_inv_desc_iotlb_domain vtd_inv_desc_iotlb_pages vtd_inv_desc_iec vtd_ir_irte_get vtd_ir_remap" \
    exec "$lab/record-guarded-linux.sh" "$1" "run=$(printf '%s' "$words" | tr '\n' ';')"
