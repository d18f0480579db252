#!/usr/bin/env bash
# Changes merged into a table with one row a key, by Lakebeam and by Delta's MERGE on Spark, one
# after the other; then both tables are compared. Median of five rounds a step:
#
#   benchmarks/upserts.sh [ROWS]      5000000 unless said otherwise
set -euo pipefail
here="$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
home="$(cd -P "$here/.." && pwd)"
rows="${1:-5000000}"
classes="$here/target/spark.classpath"
"$home/lakebeam" --version >/dev/null
if [ ! -f "$classes" ] ||
  [ -n "$(find "$here/pom.xml" "$here/src" "$home/target/lakebeam.jar" -newer "$classes" | head -n 1)" ]; then
  echo "building the benchmark (the first time it fetches Spark)..." >&2
  rm -rf "$here/target/classes"
  (cd "$here" && mvn -q -B process-classes)
  touch "$classes"
fi
if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
  java="$JAVA_HOME/bin/java"
else
  java=java
fi
flags="$(sed -n 's:.*<jvm.flags>\(.*\)</jvm.flags>.*:\1:p' "$home/pom.xml")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
own="$home/target/lakebeam.jar:$here/target/classes"
peer="$(cat "$classes"):$here/target/classes"
package=io.lakebeam.benchmark
# shellcheck disable=SC2086 # flags are words
"$java" -Xmx4g -XX:+UseParallelGC $flags -cp "$own" $package.LakebeamUpserts "$work/own" "$rows" \
  >"$work/own.txt"
# shellcheck disable=SC2086
"$java" -Xmx4g -XX:+UseParallelGC $flags -cp "$peer" $package.SparkUpserts "$work/peer" "$rows" \
  >"$work/peer.txt" 2>"$work/peer.err" || { cat "$work/peer.err" >&2; exit 1; }
median() { awk -F'\t' -v step="$2" '$1 == step {print $2}' "$1" | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
printf '%-26s %10s %10s %7s\n' "$rows rows, ms" Lakebeam Spark ratio
for step in load "10,000 keys of one day" "10,000 keys of all days"; do
  one="$(median "$work/own.txt" "$step")"
  other="$(median "$work/peer.txt" "$step")"
  printf '%-26s %10s %10s %7s\n' "$step" "$one" "$other" "$(awk "BEGIN {printf \"%.2f\", $other / $one}")"
done
# shellcheck disable=SC2086
"$java" -Xmx4g $flags -cp "$peer" $package.SparkUpserts "$work/peer" compare "$work/own" 2>/dev/null
