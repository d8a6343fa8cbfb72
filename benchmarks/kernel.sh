#!/usr/bin/env bash
# usage: benchmarks/kernel.sh IMAGE [RUNS]   finds Linux in a raw image, its symbols, types, modules and tasks
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
"$here/run.sh" org.ringside.app.benchmark.KernelBenchmark "${1:?which image?}" "${2:-10}"
