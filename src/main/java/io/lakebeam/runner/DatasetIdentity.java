package io.lakebeam.runner;

import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.Secrets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What OpenLineage calls a dataset, by its naming specification: the same for every job that reads
 * or writes it.
 *
 * @param namespace where it is, such as {@code kafka://host:9092}, {@code s3://bucket}, {@code
 *     file}
 * @param name the topic, or the path
 */
record DatasetIdentity(String namespace, String name) {
  private static final Pattern URI = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+)://([^/]*)/*(.*)");
  private static final Pattern FILE = Pattern.compile("file:/*(/.*)");
  private static final Pattern GLOB = Pattern.compile("[*?\\[{]");
  private static final Pattern HOST = Pattern.compile("Endpoint=sb://([^/;:]+)");
  private static final Pattern HUB = Pattern.compile("EntityPath=([^;]+)");

  /** Of a folder or a file. */
  static DatasetIdentity ofPath(String path) {
    String trimmed = path.length() > 1 ? path.replaceAll("/+$", "") : path;
    Matcher file = FILE.matcher(trimmed);
    if (file.matches()) {
      return new DatasetIdentity("file", file.group(1));
    }
    Matcher uri = URI.matcher(trimmed);
    if (!uri.matches()) {
      return new DatasetIdentity("file", trimmed);
    }
    // Hadoop's drivers have names of their own for one store.
    String scheme = uri.group(1).replaceAll("^s3[an]$", "s3").replaceAll("^abfs$", "abfss");
    String name = uri.group(3).isEmpty() ? "/" : uri.group(3);
    return new DatasetIdentity(scheme + "://" + uri.group(2), name);
  }

  /** Of a source: its topic, or the folder of its files. */
  static DatasetIdentity of(SourceSpec source) {
    return source
        .connection()
        .match(DatasetIdentity::ofTopic, files -> ofPath(folder(files.pattern())));
  }

  /** Of a pattern the folder that all its files are in; of one file itself. */
  private static String folder(String pattern) {
    Matcher glob = GLOB.matcher(pattern);
    return glob.find()
        ? pattern.substring(0, Math.max(1, pattern.lastIndexOf('/', glob.start())))
        : pattern;
  }

  private static DatasetIdentity ofTopic(SourceSpec.Kafka kafka) {
    String host = kafka.bootstrapServers().split(",", 2)[0].strip();
    String topic = kafka.topic();
    if (host.isEmpty() || topic.isEmpty()) {
      // Of the connection string only what is no secret.
      String connection = kafka.connectionString().map(Secrets::resolve).orElse("");
      host = host.isEmpty() ? found(HOST, connection).orElse("unknown") + ":9093" : host;
      topic = topic.isEmpty() ? found(HUB, connection).orElse("unknown") : topic;
    }
    return new DatasetIdentity("kafka://" + host, topic);
  }

  private static Optional<String> found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
