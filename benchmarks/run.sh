#!/usr/bin/env bash
# usage: benchmarks/run.sh MAIN-CLASS ARGUMENTS...   a measurement among the test classes; the other scripts call it
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "$0")")")
. "$root/.ci/environment.sh"
provide_jdk
lib="$root/app-ui/target/ringside/lib"
if [ ! -d "$lib" ] || [ ! -d "$root/trace-importer/target/test-classes" ]; then
    echo "not built: run mvn package first" >&2
    exit 2
fi
exec "$JAVA_HOME/bin/java" -Xmx512m --enable-native-access=ALL-UNNAMED \
    -Dglass.platform=Headless -Dprism.order=sw -Djava.awt.headless=true \
    -cp "$root/trace-importer/target/classes:$root/trace-importer/target/test-classes:$root/app-ui/target/test-classes:$lib/*" "$@"
