# How the lab's scripts talk to a machine under QEMU: its console and its monitor are pipes. Sourced, not run; needs $out and $work.

qemu=

# start_machine ARGUMENT...: starts QEMU with the console and the monitor on pipes in $work; the console is copied to $out/console.txt.
start_machine() {
    mkfifo "$work/console.in" "$work/console.out" "$work/monitor.in" "$work/monitor.out"
    qemu-system-x86_64 "$@" \
        -chardev "pipe,id=console,path=$work/console" -serial chardev:console \
        -chardev "pipe,id=monitor,path=$work/monitor" -mon chardev=monitor,mode=readline > "$work/qemu.log" 2>&1 &
    qemu=$!
    # Opened read and write, so that no opening waits for the other side.
    exec 3<> "$work/console.in" 4<> "$work/console.out" 5<> "$work/monitor.in" 6<> "$work/monitor.out"
    : > "$out/console.txt"
}

# await PATTERN SECONDS: reads the console until a line matches.
await() {
    local line
    while IFS= read -r -t "$2" line <&4; do
        line=${line%$'\r'}
        printf '%s\n' "$line" >> "$out/console.txt"
        case "$line" in
            *"LAB FAILED"* | *"VMM FAILED"*) fail "the guest says: $line" ;;
            $1) return 0 ;;
        esac
    done
    tail -n 5 "$out/console.txt" "$work/qemu.log" >&2
    fail "the guest did not say '$1' within $2 s"
}

# tell COMMAND ARGUMENT...: a command for the guest's init; waits until it says that it is done.
tell() {
    printf '%s\n' "$*" >&3
    await "*LAB DONE $1*" 300
}

# monitor COMMAND: what QEMU's monitor answers, without its echo.
monitor() {
    local line=
    printf '%s\nprint 0x52494e47\n' "$1" >&5
    while IFS= read -r -t 60 line <&6; do
        line=${line%$'\r'}
        case "$line" in
            *0x52494e47*"print"* | *"print 0x52494e47"*) ;;
            0x52494e47*) return 0 ;;
            *"(qemu)"*) ;;
            *) printf '%s\n' "$line" ;;
        esac
    done
    fail "QEMU's monitor did not answer '$1'"
}

# stop_machine: ends it.
stop_machine() {
    monitor quit > /dev/null 2>&1 &
    wait "$qemu" 2> /dev/null || true
    qemu=
}
