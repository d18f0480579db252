#!/usr/bin/env bash
# How old gold is: from an event, handed to a broker, to the moment at which a client of PostgreSQL
# and a page of the console show it. A continuous run with commit_every: 1s.
#
#   benchmarks/latency.sh [EVENTS_A_SECOND] [SECONDS]     375 for 60 s unless said otherwise
set -eu

here="$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
rate="${1:-375}"
seconds="${2:-60}"
case "$rate$seconds" in
  *[!0-9]*) echo "usage: benchmarks/latency.sh [EVENTS_A_SECOND] [SECONDS]" >&2; exit 2 ;;
esac
. "$here/build.sh"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2086 # flags are words
"$java" -Xmx1g -XX:+UseParallelGC $flags -cp "$own:$(cat "$here/target/postgres.classpath")" \
  io.lakebeam.benchmark.GoldLatency \
  "$home/lakebeam" "$here/pipelines/gold_latency" "$work" "$rate" "$seconds" 40
