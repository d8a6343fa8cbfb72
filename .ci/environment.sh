# Finds what Ringside needs on this machine; sourced by ./ringside and ./verify. Needs bash and Debian's base system, nothing else.

say() { printf 'ringside: %s\n' "$*" >&2; }

# java_major HOME: prints the major version of the JDK or JRE at HOME without starting it.
java_major() {
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
    local line
    while IFS= read -r line; do
        case "$line" in
            JAVA_VERSION=*)
                line=${line#*\"}
                printf '%s' "${line%%[!0-9]*}"
                return 0
                ;;
        esac
    done < "$1/release"
    return 1
}

java_candidates() {
    [ -z "${JAVA_HOME:-}" ] || printf '%s\n' "$JAVA_HOME"
    local java
    if java=$(command -v java) && java=$(readlink -f "$java"); then
        printf '%s\n' "${java%/bin/java}"
    fi
    local home
    for home in /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
        [ -d "$home" ] && printf '%s\n' "$home"
    done
}

# find_jdk: exports JAVA_HOME of the first JDK 25 or newer; says what was found otherwise.
find_jdk() {
    local home major found=
    while IFS= read -r home; do
        major=$(java_major "$home") || continue
        if [ "$major" -ge 25 ] && [ -x "$home/bin/javac" ]; then
            export JAVA_HOME=$home
            return 0
        fi
        found="$found $home (version $major)"
    done < <(java_candidates)
    if [ -n "$found" ]; then
        say "needs a JDK 25 or newer, found only:$found"
    else
        say "needs a JDK 25 or newer, found none"
    fi
    return 1
}

has_library() { [ -n "$(find /usr/lib /lib /usr/local/lib -maxdepth 3 -name "$1*" -print -quit 2> /dev/null)" ]; }

# The package of this Debian that carries a library whose name changed between releases, else the first name.
first_available() {
    local name
    for name in "$@"; do
        if [ -n "$(apt-cache policy "$name" 2> /dev/null | grep -v 'Candidate: (none)' | grep Candidate)" ]; then
            printf '%s' "$name"
            return
        fi
    done
    printf '%s' "$1"
}

# missing_packages [window]: names what is not there, one package a line.
missing_packages() {
    command -v mvn > /dev/null || echo maven
    has_library libfreetype.so.6 || echo libfreetype6
    has_library libpango-1.0.so.0 || echo libpango-1.0-0
    has_library libpangoft2-1.0.so.0 || echo libpangoft2-1.0-0
    [ -n "$(find /usr/share/fonts /usr/local/share/fonts -name '*.[to]tf' -print -quit 2> /dev/null)" ] || echo fonts-dejavu-core
    [ -e /etc/fonts/fonts.conf ] || echo fontconfig
    { has_library libcapstone.so.5 || has_library libcapstone.so.4; } || first_available libcapstone5 libcapstone4 | grep .
    if [ "${1:-}" = window ]; then
        has_library libgtk-3.so.0 || first_available libgtk-3-0t64 libgtk-3-0 | grep .
        has_library libXtst.so.6 || echo libxtst6
    fi
}

# provide_packages [window]: installs what is missing when run as root, otherwise prints the one line to type.
provide_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
        say "these packages are missing; type this line, then try again:"
        say "    sudo apt-get install --no-install-recommends ${missing[*]}"
        return 1
    fi
    say "installing ${missing[*]}"
    # Package names depend on the release, so the lists come first and the names are asked for again.
    apt-get -qq update >&2 || say "the package lists could not be refreshed, trying with those at hand"
    mapfile -t missing < <(missing_packages "$@")
    if ! DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends "${missing[@]}" > /tmp/ringside-apt.$$ 2>&1; then
        tail -n 5 /tmp/ringside-apt.$$ >&2
        rm -f /tmp/ringside-apt.$$
        say "apt-get could not install ${missing[*]}: see the lines above, install them by hand, then try again"
        return 1
    fi
    rm -f /tmp/ringside-apt.$$
}

# provide_jdk: finds a JDK 25, installing Debian's where it has one and this is root.
provide_jdk() {
    if find_jdk 2> /dev/null; then
        return 0
    fi
    if [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
        apt-get -qq update > /dev/null 2>&1
        if apt-cache policy openjdk-25-jdk-headless 2> /dev/null | grep -q 'Candidate: [0-9]'; then
            say "installing openjdk-25-jdk-headless"
            DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends openjdk-25-jdk-headless > /dev/null 2>&1
        fi
    fi
    find_jdk || {
        say "install one (Debian 13: apt-get install openjdk-25-jdk-headless; any Debian: Eclipse Temurin 25) or set JAVA_HOME to it"
        return 1
    }
}

# run_maven ARGUMENTS: Maven on the JDK found, without the warnings its own old libraries cause there.
run_maven() {
    MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS:-}" \
        mvn --batch-mode --no-transfer-progress "$@"
}
