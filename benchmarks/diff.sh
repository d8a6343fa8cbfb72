#!/usr/bin/env bash
# usage: benchmarks/diff.sh [RUNS]   compares two snapshots of 4 GiB with 1 % of the pages changed; needs 5 GB of disk in TMPDIR
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
"$here/run.sh" org.ringside.trace.benchmark.DiffBenchmark "$directory" "${1:-20}"
