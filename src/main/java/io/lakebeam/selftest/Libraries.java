package io.lakebeam.selftest;

import io.lakebeam.doctor.Outcome;
import io.lakebeam.graph.ErrorCode;
import java.io.IOException;
import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where the classes come from that the work is done with: Lakebeam's own jar, or the platform,
 * whose libraries come first.
 */
final class Libraries {
  /**
   * A library by one of its classes. The jar for Spark has some of them under other names; the
   * build writes these into the texts here as well.
   */
  private record Library(String name, String className) {}

  private static final List<Library> USED =
      List.of(
          new Library("beam", "org.apache.beam.sdk.Pipeline"),
          new Library("delta", "io.delta.standalone.DeltaLog"),
          new Library("kafka", "org.apache.kafka.clients.consumer.KafkaConsumer"),
          new Library("parquet", "org.apache.parquet.hadoop.ParquetFileReader"),
          new Library("avro", "org.apache.avro.Schema"),
          new Library("jackson", "com.fasterxml.jackson.databind.ObjectMapper"),
          new Library("gson", "com.google.gson.Gson"),
          new Library("joda-time", "org.joda.time.DateTime"),
          new Library("janino", "org.codehaus.janino.SimpleCompiler"),
          new Library("hadoop", "org.apache.hadoop.fs.FileSystem"));

  /** Of these another version was never tried; of the others several were. */
  private static final Set<String> ONLY_OURS =
      Set.of("beam", "delta", "kafka", "parquet", "avro", "jackson");

  private final ClassLoader loader;

  Libraries(ClassLoader loader) {
    this.loader = loader;
  }

  Outcome origins() {
    String own = place(Libraries.class).orElse("");
    List<String> ours = new ArrayList<>();
    List<String> others = new ArrayList<>();
    List<String> shadowed = new ArrayList<>();
    for (Library library : USED) {
      Class<?> loaded;
      try {
        loaded = Class.forName(library.className(), false, loader);
      } catch (ClassNotFoundException | LinkageError e) {
        return new Outcome.Failed(
            ErrorCode.MACHINE_UNFIT,
            "there is no " + library.name() + " on the class path",
            e.toString(),
            "Start with ./lakebeam, or put target/lakebeam-spark.jar first among the libraries");
      }
      String place = place(loaded).orElse("");
      if (place.equals(own)) {
        ours.add(library.name());
        continue;
      }
      String said = library.name() + " (" + file(place) + version(loaded) + ")";
      boolean isShadowed = isIn(own, library.className());
      (isShadowed && ONLY_OURS.contains(library.name()) ? shadowed : others).add(said);
    }
    String found =
        (ours.isEmpty() ? "" : "of Lakebeam's jar: " + String.join(", ", ours) + "; ")
            + "of others: "
            + String.join(", ", others);
    return shadowed.isEmpty()
        ? new Outcome.Ok(found)
        : new Outcome.Warning(
            ErrorCode.MACHINE_UNFIT,
            "another version hides Lakebeam's: " + String.join(", ", shadowed),
            "the platform or a library beside it has one of its own, and comes first; " + found,
            "Take that library off the cluster, its init script or spark_conf");
  }

  private boolean isIn(String own, String className) {
    String entry = className.replace('.', '/') + ".class";
    try {
      for (URL url : Collections.list(loader.getResources(entry))) {
        if (!own.isEmpty() && url.toString().contains(own)) {
          return true;
        }
      }
    } catch (IOException e) {
      // Whether there are two is then unknown, and nothing is said of it.
    }
    return false;
  }

  private static Optional<String> place(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source == null || source.getLocation() == null
        ? Optional.empty()
        : Optional.of(source.getLocation().toString());
  }

  private static String file(String place) {
    String path = place.endsWith("/") ? place.substring(0, place.length() - 1) : place;
    return path.isEmpty() ? "unknown" : path.substring(path.lastIndexOf('/') + 1);
  }

  /** Where the file's name does not tell. */
  private static String version(Class<?> type) {
    String version = type.getPackage().getImplementationVersion();
    boolean isTold =
        version == null || place(type).orElse("").toLowerCase(Locale.ROOT).contains(version);
    return isTold ? "" : ", " + version;
  }
}
