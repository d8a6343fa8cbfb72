#!/usr/bin/env bash
# usage: benchmarks/import.sh IMAGE [RUNS]   imports a raw image, and has sha256sum read it, in turn
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
"$here/run.sh" org.ringside.trace.benchmark.ImportBenchmark "${1:?which image?}" "$directory" "${2:-5}"
