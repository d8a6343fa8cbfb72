#!/usr/bin/env bash
# usage: benchmarks/events.sh [COUNT]   appends events (10,000,000), counts and reads them
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
"$here/run.sh" org.ringside.trace.benchmark.EventBenchmark "$directory" "${1:-10000000}"
