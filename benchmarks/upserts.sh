#!/usr/bin/env bash
# Changes merged into a table with one row a key, by Lakebeam and by Delta's MERGE on Spark, one
# after the other; then both tables are compared. Median of a step's rounds:
#
#   benchmarks/upserts.sh [ROWS] [views]      5000000 rows unless said otherwise; with three views
#                                             over the table, which Spark writes anew each time
set -eu

here="$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
rows="${1:-5000000}"
case "$rows" in
  *[!0-9]* | "") echo "usage: benchmarks/upserts.sh [ROWS] [views]" >&2; exit 2 ;;
esac
views="${2:-none}"
case "$views" in
  views | none) ;;
  *) echo "usage: benchmarks/upserts.sh [ROWS] [views]" >&2; exit 2 ;;
esac
. "$here/build.sh"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

play() { # class path, engine, arguments
  path="$1"
  engine="$2"
  shift 2
  # shellcheck disable=SC2086 # flags are words
  "$java" -Xmx4g -XX:+UseParallelGC $flags -cp "$path" "io.lakebeam.benchmark.$engine" "$@" \
    2>"$work/errors" || { cat "$work/errors" >&2; exit 1; }
}
play "$own" LakebeamUpserts "$work/own" "$rows" "$views" >"$work/own.txt"
play "$peer" SparkUpserts "$work/peer" "$rows" "$views" >"$work/peer.txt"

median() { # of a step, in a file
  awk -F'\t' -v step="$2" '$1 == step {print $2}' "$1" |
    sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'
}
printf '%-26s %10s %10s %7s\n' "$rows rows, ms" Lakebeam Spark ratio
for step in load "10,000 keys of one day" "10,000 keys of all days" \
  "100,000 events of a stream"; do
  one="$(median "$work/own.txt" "$step")"
  other="$(median "$work/peer.txt" "$step")"
  printf '%-26s %10s %10s %7s\n' "$step" "$one" "$other" \
    "$(awk "BEGIN {printf \"%.2f\", $other / $one}")"
done
play "$peer" SparkUpserts "$work/peer" compare "$work/own" "$views"
