package io.lakebeam.spec;

import io.lakebeam.spec.secret.References;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads an entry of {@code sinks:} that has {@code postgresql}. */
final class MirrorReader {
  private static final String SINKS = "sinks";
  private static final String POSTGRESQL = "postgresql";
  private static final String URL = "url";
  private static final String USER = "user";
  private static final String PASSWORD = "password";
  private static final String SCHEMA = "schema";

  /** There in every database, and what its clients look into first. */
  private static final String PUBLIC = "public";

  private final Reading reading;
  private final Problems problems;

  MirrorReader(Reading reading) {
    this.reading = reading;
    this.problems = reading.problems();
  }

  /** True for an entry that this one reads. */
  static boolean isMirror(YamlNode sink) {
    return sink.get(POSTGRESQL).isPresent();
  }

  /** True for the paths of values that may hold secrets and are never substituted. */
  static boolean isSecret(List<String> path) {
    return path.size() == 4
        && path.get(0).equals(SINKS)
        && path.get(2).equals(POSTGRESQL)
        && Set.of(URL, USER, PASSWORD).contains(path.get(3));
  }

  /** What is declared; empty only when a problem says why. */
  Optional<MirrorSpec> read(String name, YamlNode.Entry entry) {
    YamlNode sink = entry.value();
    for (String key : List.of("dataset", "key")) {
      sink.get(key)
          .ifPresent(
              value ->
                  problems.add(
                      value.at(),
                      key + " is not for postgresql",
                      "a database shows datasets as they are",
                      "name the datasets as tables of postgresql"));
    }
    YamlNode said = sink.get(POSTGRESQL).orElseThrow();
    Optional<SecretText> url = Reading.scalar(said, URL).map(this::url);
    Optional<SecretText> user = secret(said, USER);
    Optional<SecretText> password = secret(said, PASSWORD);
    Optional<YamlNode.Scalar> schema = Reading.scalar(said, SCHEMA);
    schema.ifPresent(this::requireSchema);
    List<MirrorSpec.Table> tables = tables(said);
    return url.map(
        each ->
            new MirrorSpec(
                name,
                each,
                user,
                password,
                schema.map(YamlNode.Scalar::text).orElse(PUBLIC),
                tables,
                entry.keyAt()));
  }

  private SecretText url(YamlNode.Scalar url) {
    String text = url.text();
    if (References.in(text).isEmpty()) {
      MirrorSpec.refusal(text)
          .ifPresent(
              why ->
                  problems.add(
                      url.at(),
                      "url is no URL of a PostgreSQL database",
                      why,
                      "write for example url: jdbc:postgresql://db.example.com:5432/gold"));
    }
    return reading.secret(URL, url);
  }

  private Optional<SecretText> secret(YamlNode said, String key) {
    return Reading.scalar(said, key).map(value -> reading.secret(key, value));
  }

  private void requireSchema(YamlNode.Scalar schema) {
    String name = schema.text();
    if (name.startsWith("pg_") || name.equals("information_schema")) {
      problems.add(
          schema.at(),
          "schema " + name + " is PostgreSQL's own",
          "",
          "name another one, such as " + PUBLIC);
    } else if (name.getBytes(StandardCharsets.UTF_8).length > MirrorSpec.MOST_BYTES) {
      problems.add(
          schema.at(),
          "the name of this schema is too long",
          "PostgreSQL takes names of " + MirrorSpec.MOST_BYTES + " bytes",
          "name a shorter one");
    }
  }

  private List<MirrorSpec.Table> tables(YamlNode said) {
    List<MirrorSpec.Table> tables = new ArrayList<>();
    Map<String, YamlNode.Scalar> first = new HashMap<>();
    for (YamlNode item : Reading.items(said.get("tables"))) {
      Optional<YamlNode.Scalar> table = Reading.scalar(item);
      if (table.isEmpty()) {
        continue; // the shape check says so
      }
      String dataset = table.get().text();
      YamlNode.Scalar before = first.putIfAbsent(dataset, table.get());
      if (before == null) {
        tables.add(new MirrorSpec.Table(dataset, table.get().at()));
      } else {
        problems.add(
            table.get().at(),
            "the table " + dataset + " stands twice",
            "it stands at " + before.at() + " already",
            "leave one of them out");
      }
    }
    return tables;
  }
}
