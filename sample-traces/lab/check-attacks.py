#!/usr/bin/env python3
"""Checks recordings of record-attacks.sh against their truth.txt, and prints what each changed:

    check-attacks.py OUT [NAME...]

For each line of truth.txt: are the bytes at the physical address (the register) in the second moment those that it names as new, and do they differ
from the first moment's? Exit status 1 if not.
"""
import re
import sys
from pathlib import Path

PAGE = 4096
LINE = re.compile(r"change (\S+) virtual=0x([0-9a-f]+) physical=0x([0-9a-f]+) size=(\d+) old=([0-9a-f]+) new=([0-9a-f]+)")
REGISTER = re.compile(r"register (\S+) old=0x([0-9a-f]+) new=0x([0-9a-f]+)")


def at(memory, address, size):
    return memory[address : address + size].hex()


def register(text, name):
    found = re.search(rf"\b{name}=([0-9a-f]+)", text)
    return int(found[1], 16) if found else None


def check(directory):
    before, after = ((directory / f"ram-{moment}.bin").read_bytes() for moment in ("before", "after"))
    registers = [(directory / f"regs-{moment}.txt").read_text() for moment in ("before", "after")]
    pages = sum(before[p : p + PAGE] != after[p : p + PAGE] for p in range(0, max(len(before), len(after)), PAGE))
    good, rows = True, []
    for line in (directory / "truth.txt").read_text().splitlines():
        if change := LINE.fullmatch(line.strip()):
            what, _, physical, size, old, new = change.groups()
            size, physical = int(size), int(physical, 16)
            was, now = at(before, physical, size), at(after, physical, size)
            fits = now == new and was != now
            note = "" if was == old else " (memory of the first moment held something else)"
            rows.append(f"{what} at 0x{physical:x}: {old} -> {new}{note}")
        elif change := REGISTER.fullmatch(line.strip()):
            what, old, new = change[1], int(change[2], 16), int(change[3], 16)
            was, now = (register(text, what) for text in registers)
            fits = now == new and was == old and was != now
            rows.append(f"register {what}: 0x{old:x} -> 0x{new:x}")
        else:
            continue
        if not fits:
            good = False
            rows[-1] += f" NOT AS SAID: 0x{was:x} -> 0x{now:x}" if isinstance(was, int) else f" NOT AS SAID: {was} -> {now}"
    print(f"| {directory.name} | {'<br>'.join(rows) or '-'} | {pages} |")
    return good


root = Path(sys.argv[1])
names = sys.argv[2:] or sorted(path.parent.name for path in root.glob("*/truth.txt"))
print("| technique | what changed, by physical address | pages that differ |\n| --- | --- | --- |")
sys.exit(0 if all([check(root / name) for name in names if (root / name / "machine.txt").exists()]) else 1)
