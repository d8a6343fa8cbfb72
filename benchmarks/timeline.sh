#!/usr/bin/env bash
# usage: benchmarks/timeline.sh [EVENTS [FRAMES]]   frames of the timeline: zooms and moves over ten million events
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
"$here/run.sh" org.ringside.app.timeline.TimelineBenchmark "${1:-10000000}" "${2:-300}"
