#!/usr/bin/env python3
"""Prints registers of the first CPU that QEMU's `info registers` leaves out, from a migration stream:

    migrated-registers.py STATE

The stream ends with a description of itself (JSON): the fields of each device in the order of their bytes.
"""
import json
import struct
import sys

REGISTERS = {
    "env.star": "IA32_STAR",
    "env.lstar": "IA32_LSTAR",
    "env.cstar": "IA32_CSTAR",
    "env.fmask": "IA32_FMASK",
    "env.kernelgsbase": "IA32_KERNEL_GS_BASE",
    "env.sysenter_cs": "IA32_SYSENTER_CS",
    "env.sysenter_esp": "IA32_SYSENTER_ESP",
    "env.sysenter_eip": "IA32_SYSENTER_EIP",
    "env.pat": "IA32_PAT",
}
SECTION_FULL, VMDESCRIPTION, NAME = 4, 6, b"\x03cpu"


def main(path):
    stream = open(path, "rb").read()
    at = stream.rindex(b"{")
    # It is behind its type and its length, and is the last of the stream.
    while stream[at - 5] != VMDESCRIPTION or struct.unpack(">I", stream[at - 4 : at])[0] != len(stream) - at:
        at = stream.rindex(b"{", 0, at)
    description = json.loads(stream[at:])
    fields = next(device for device in description["devices"] if device["name"] == "cpu")["fields"]
    position = stream.index(NAME)
    while stream[position - 5] != SECTION_FULL:  # type, section id, name, instance id, version
        position = stream.index(NAME, position + 1)
    position += len(NAME) + 8
    for field in fields:
        count = field.get("array_len", 1)
        if field["name"] in REGISTERS:
            size = field["size"]
            print(f"{REGISTERS[field['name']]}={int.from_bytes(stream[position:position + size], 'big'):0{2 * size}x}")
        position += count * field["size"]


main(sys.argv[1])
