#!/usr/bin/env python3
"""Records the sample images beside this file: memory of one small machine, dumped by QEMU in each of its formats at the same moment.

Needs qemu-system-x86_64, makedumpfile, zstd and GNU as and ld. Usage: record.py [DIRECTORY]
"""
import json
import os
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
MEMORY = 2 << 20


class Monitor:
    """QEMU's machine protocol over a socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.stream = self.socket.makefile("r")
        json.loads(self.stream.readline())
        self.command("qmp_capabilities")

    def command(self, name, **arguments):
        self.socket.sendall((json.dumps({"execute": name, "arguments": arguments}) + "\n").encode())
        while True:
            answer = json.loads(self.stream.readline())
            if "error" in answer:
                raise RuntimeError("%s: %s" % (name, answer["error"]["desc"]))
            if "return" in answer:
                return answer["return"]

    def human(self, line):
        return self.command("human-monitor-command", **{"command-line": line}).replace("\r\n", "\n")


def wait_until(condition):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise RuntimeError("the machine did not come to rest")


def record(work, target, name, arguments):
    path = os.path.join(work, name + ".qmp")
    qemu = subprocess.Popen(
        ["qemu-system-x86_64", "-nodefaults", "-display", "none", "-accel", "tcg", "-M", "pc", "-m", "2M", "-smp", "2",
         "-bios", os.path.join(work, "guest.rom"), "-qmp", "unix:%s,server=on,wait=off" % path] + arguments)
    try:
        wait_until(lambda: os.path.exists(path))
        monitor = Monitor(path)
        wait_until(lambda: "HLT=1" in monitor.human("info registers"))
        monitor.command("stop")
        for suffix, form in (("elf", "elf"), ("kdump-zlib-flat", "kdump-zlib")):
            monitor.command("dump-guest-memory", paging=False, protocol="file:" + os.path.join(work, name + "." + suffix), format=form)
        monitor.command("pmemsave", val=0, size=MEMORY, filename=os.path.join(work, name + ".raw"))
        with open(os.path.join(target, name + ".registers.txt"), "w") as out:
            out.write(monitor.human("info registers -a"))
        with open(os.path.join(target, name + ".mtree.txt"), "w") as out:
            out.write(monitor.human("info mtree -f"))
        monitor.command("quit")
        qemu.wait(30)
    finally:
        qemu.kill()
    with open(os.path.join(work, name + ".kdump-zlib-flat"), "rb") as flat:
        subprocess.run(["makedumpfile", "-R", os.path.join(work, name + ".kdump-zlib")], stdin=flat, check=True, stdout=subprocess.DEVNULL)
    for suffix in ("raw", "elf", "kdump-zlib-flat", "kdump-zlib"):
        subprocess.run(["zstd", "-19", "-q", "-f", os.path.join(work, name + "." + suffix), "-o", os.path.join(target, name + "." + suffix + ".zst")], check=True)
        os.chmod(os.path.join(target, name + "." + suffix + ".zst"), 0o644)


def main():
    target = sys.argv[1] if len(sys.argv) > 1 else HERE
    with tempfile.TemporaryDirectory() as work:
        obj, rom = os.path.join(work, "guest.o"), os.path.join(work, "guest.rom")
        subprocess.run(["as", "--32", os.path.join(HERE, "guest.S"), "-o", obj], check=True)
        subprocess.run(["ld", "-m", "elf_i386", "-Ttext", "0", "--oformat", "binary", obj, "-o", rom], check=True)
        record(work, target, "qemu-long-mode", ["-cpu", "max"])
        record(work, target, "qemu-real-mode", ["-cpu", "qemu32"])


main()
