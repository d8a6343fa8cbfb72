#!/usr/bin/env bash
# usage: benchmarks/hexview.sh [JUMPS]   frames of the memory view over a 64 GiB sparse image; needs 100 MB of disk in TMPDIR
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
"$here/run.sh" org.ringside.app.benchmark.HexViewBenchmark "$directory" "${1:-500}"
