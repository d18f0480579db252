#!/usr/bin/env bash
# Builds what is missing or old, then runs the benchmark: benchmarks/run.sh --help
# Written for the bash 3.2 of macOS as well.
set -eu

here="$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
case " $* " in
  *" --runner spark "* | *" --runner=spark "*) "$here/../lakebeam" run --runner spark --help >/dev/null ;;
esac
. "$here/build.sh"
exec "$java" -Xmx1g "-Dbenchmark.jvm.flags=$flags" -cp "$own" \
  io.lakebeam.benchmark.Benchmark --home "$home" "$@"
