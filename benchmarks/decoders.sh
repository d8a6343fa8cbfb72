#!/usr/bin/env bash
# usage: benchmarks/decoders.sh IMAGE [RUNS]   carves VMCSs from a raw image and reads the file, maps a million EPT leaves, maps a page back
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
image=${1:?which image?}
runs=${2:-20}
cat "$image" > /dev/null # into the page cache
for _ in 1 2 3 4 5; do
    start=$(date +%s%N)
    # Not to /dev/null itself: cat would notice and the kernel would not copy a byte.
    cat "$image" | cat > /dev/null
    echo "cat $(((($(date +%s%N) - start)) / 1000000)) ms"
done
"$here/run.sh" org.ringside.trace.benchmark.DecoderBenchmark "$image" "$runs"
