# What the lab's scripts share: the packages they need, Debian's kernels unpacked, an initramfs, a guest machine. Sourced, not run.

lab=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Everything fetched and built goes here; delete it to begin anew.
cache=${RINGSIDE_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ringside-lab}
mkdir -p "$cache"

say() { printf 'lab: %s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 2
}

# need COMMAND=PACKAGE...: installs the packages of commands that are not there when run as root, else prints the line to type.
need() {
    local pair missing=()
    for pair in "$@"; do
        command -v "${pair%%=*}" > /dev/null || missing+=("${pair#*=}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        fail "missing packages; type: sudo apt-get install --no-install-recommends ${missing[*]}"
    fi
    say "installing ${missing[*]}"
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends "${missing[@]}" > /dev/null \
        || fail "apt-get could not install ${missing[*]}"
}

# unpack PACKAGE DIRECTORY: downloads a package of Debian's archive and unpacks it without installing it.
unpack() {
    local package=$1 into=$2
    [ ! -e "$into/.unpacked-$package" ] || return 0
    mkdir -p "$into"
    (cd "$cache" && rm -f "${package}"_*.deb && apt-get -qq download "$package") || fail "apt-get has no package $package"
    dpkg -x "$cache/${package}"_*.deb "$into"
    rm -f "$cache/${package}"_*.deb
    touch "$into/.unpacked-$package"
}

dependency() { apt-cache depends "$1" | sed -n "s/^ *Depends: \($2\)$/\1/p" | head -n 1; }

# fetch_kernel [META]: unpacks the kernel that META (for example linux-image-amd64) stands for, with what modules need to be built
# against it. Sets kernel_release, kernel_root and kernel_image.
fetch_kernel() {
    local meta=${1:-linux-image-amd64} image headers common kbuild
    image=$(dependency "$meta" 'linux-image-[0-9].*')
    image=${image:-$meta}
    kernel_release=${image#linux-image-}
    kernel_root="$cache/kernel-$kernel_release"
    unpack "$image" "$kernel_root"
    kernel_image="$kernel_root/boot/vmlinuz-$kernel_release"
    headers="linux-headers-$kernel_release"
    common=$(dependency "$headers" 'linux-headers-.*-common.*')
    kbuild=$(dependency "$headers" 'linux-kbuild-.*')
    unpack "$headers" "$kernel_root"
    unpack "$common" "$kernel_root"
    unpack "$kbuild" "$kernel_root"
    headers_tree="$kernel_root/usr/src/$headers"
    # Debian's makefiles name their common part and kbuild by absolute path.
    sed -i "s# /usr/src/# $kernel_root/usr/src/#g; s#:= /usr/src/#:= $kernel_root/usr/src/#g" "$headers_tree/Makefile"
    local link
    for link in scripts tools; do
        if [ -L "$kernel_root/usr/src/$common/$link" ]; then
            ln -sfn "$(find "$kernel_root/usr/lib" -maxdepth 1 -name 'linux-kbuild-*')/$link" "$kernel_root/usr/src/$common/$link"
        fi
        if [ -L "$headers_tree/$link" ]; then
            ln -sfn "$(find "$kernel_root/usr/lib" -maxdepth 1 -name 'linux-kbuild-*')/$link" "$headers_tree/$link"
        fi
    done
}

# build_modules OUT [DIRECTORY]: builds every module under DIRECTORY (modules/) against the kernel fetched.
build_modules() {
    local out=$1 from=${2:-$lab/modules} name
    mkdir -p "$out/build"
    cp "$from"/*.[ch] "$out/build/"
    : > "$out/build/Makefile"
    for name in "$from"/*.c; do
        printf 'obj-m += %s.o\n' "$(basename "${name%.c}")" >> "$out/build/Makefile"
    done
    make -s -C "$headers_tree" M="$out/build" CC="${CC:-gcc}" modules > "$out/modules.log" 2>&1 || {
        tail -n 20 "$out/modules.log" >&2
        fail "the guest modules could not be built: see $out/modules.log"
    }
}

# build_initramfs OUT [MODULE...]: busybox, the guest's init and kernel modules (by name, from the kernel's package, with what
# they depend on) and our own, as OUT/initramfs.gz.
build_initramfs() {
    local out=$1 tree="$1/initramfs" module path
    shift
    rm -rf "$tree"
    mkdir -p "$tree"/{bin,proc,sys,dev,modules,lab}
    cp "$(command -v busybox)" "$tree/bin/busybox"
    cp "${lab_init:-$lab/guest/init}" "$tree/init"
    chmod +x "$tree/init"
    depmod -b "$kernel_root" "$kernel_release"
    : > "$tree/modules/order"
    for module in "$@"; do
        while read -r path; do
            [ -f "$tree/modules/$(basename "$path")" ] || {
                cp "$path" "$tree/modules/"
                basename "$path" >> "$tree/modules/order"
            }
        done < <(modprobe -d "$kernel_root" -S "$kernel_release" --show-depends "$module" | sed -n 's/^insmod \([^ ]*\).*/\1/p')
    done
    [ ! -d "$out/build" ] || cp "$out"/build/*.ko "$tree/lab/"
    (cd "$tree" && find . | cpio --quiet -o -H newc | gzip -1) > "$out/initramfs.gz"
}
