#!/usr/bin/env bash
# What a start costs: processor seconds of short commands, with and without the archive of classes
# that the build makes, taking turns. Median of so many rounds each:
#
#   benchmarks/startup.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
home="$PWD"
rounds="${1:-5}"
"$home/lakebeam" --version >/dev/null # builds what is missing
archive="$home/target/lakebeam.jsa"
[ -f "$archive" ] || { echo "the build has made no archive: $archive" >&2; exit 1; }
work="$(mktemp -d)"
trap '[ ! -f "$work/aside.jsa" ] || mv "$work/aside.jsa" "$archive"; rm -rf "$work"' EXIT
cp -r "$home/src/main/startup" "$work/project"
cd "$work/project"
"$home/lakebeam" run . >/dev/null 2>&1 # the lake in which there is nothing to do

TIMEFORMAT='%U %S'
seconds() { # of processor, by a command
  { time "$home/lakebeam" "$@" >/dev/null 2>&1; } 2>&1 | awk '{printf "%.2f\n", $1 + $2}'
}
six_rows() {
  rm -rf "$work/fresh"
  cp -r "$home/src/main/startup" "$work/fresh"
  (cd "$work/fresh" && seconds run .)
}
all() { # into files of that kind
  seconds validate . >>"$work/validate.$1"
  seconds run . >>"$work/idle.$1"
  six_rows >>"$work/six.$1"
}
for _ in $(seq "$rounds"); do
  all with
  mv "$archive" "$work/aside.jsa"
  all without
  mv "$work/aside.jsa" "$archive"
done
median() { sort -n "$1" | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
printf '%-22s %10s %10s %7s\n' "processor seconds" with without ratio
for each in validate:validate idle:"run, nothing to do" six:"run, six records"; do
  with="$(median "$work/${each%%:*}.with")"
  without="$(median "$work/${each%%:*}.without")"
  printf '%-22s %10s %10s %7s\n' "${each#*:}" "$with" "$without" "$(echo "$with $without" | awk '{printf "%.2f", $1 / $2}')"
done
