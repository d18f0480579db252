#!/usr/bin/env bash
# Builds what is missing or old, then runs the benchmark: benchmarks/run.sh --help
# Written for the bash 3.2 of macOS as well.
set -eu

here="$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
home="$(cd -P "$here/.." && pwd)"
classes="$here/target/spark.classpath"

# The launcher builds Lakebeam itself, and only when it has to.
case " $* " in
  *" --runner spark "* | *" --runner=spark "*) "$home/lakebeam" run --runner spark --help >/dev/null ;;
esac
"$home/lakebeam" --version >/dev/null

if [ ! -f "$classes" ] ||
  [ -n "$(find "$here/pom.xml" "$here/src" "$home/target/lakebeam.jar" -newer "$classes" | head -n 1)" ]; then
  echo "building the benchmark (the first time it fetches Spark)..." >&2
  # Maven does not see what has changed in the jar.
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
exec "$java" -Xmx1g "-Dbenchmark.jvm.flags=$flags" \
  -cp "$home/target/lakebeam.jar:$here/target/classes" \
  io.lakebeam.benchmark.Benchmark --home "$home" "$@"
