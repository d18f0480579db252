# Builds what is missing or old, and says what benchmarks are started with: home, java, flags, and
# peer, the class path of Spark. Sourced by the benchmarks, with `here` as their folder.
# Written for the bash 3.2 of macOS as well.
home="$(cd -P "$here/.." && pwd)"
classes="$here/target/spark.classpath"

# The launcher builds Lakebeam itself, and only when it has to.
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
own="$home/target/lakebeam.jar:$here/target/classes"
peer="$(cat "$classes"):$here/target/classes"
