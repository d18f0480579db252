package io.lakebeam.spec;

import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.DltQuery;
import io.lakebeam.spec.dlt.DltQuery.Call;
import io.lakebeam.spec.dlt.DltStatement.ColumnSpec;
import io.lakebeam.spec.dlt.Findings;
import io.lakebeam.spec.dlt.SourceText.Piece;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes an entry of {@code sources:} of files or a topic that a query reads. */
final class DltSource {
  private static final Set<String> TRUE = Set.of("true", "1");

  /** They say how files are found, or how far a stream goes at once: a run decides that. */
  private static final Set<String> PASSED_OVER =
      Set.of(
          "inferschema",
          "inferschemasample",
          "infercolumntypes",
          "schemalocation",
          "schemaevolutionmode",
          "schemahints",
          "usenotifications",
          "useincrementallisting",
          "usestrictglobber",
          "backfillinterval",
          "includeexistingfiles",
          "rescueddatacolumn",
          "maxfilespertrigger",
          "maxbytespertrigger",
          "recursivefilelookup",
          "validateoptions",
          "ignoremissingfiles",
          "ignorecorruptfiles",
          "mode",
          "columnnameofcorruptrecord",
          "multiline",
          "allowbackslashescapinganycharacter",
          "allowcomments",
          "readercasesensitive",
          "ignoreleadingwhitespace",
          "ignoretrailingwhitespace",
          "region",
          "resourcetags",
          "primitivesasstring",
          "mergeschema",
          "dropfieldifallnull",
          "allowsinglequotes",
          "partitioncolumns",
          "fetchparallelism",
          "pathrewrites",
          "wholetext",
          "linesep");

  /** Their names there, and here. */
  private static final Map<String, String> CSV =
      Map.of(
          "header", "header",
          "sep", "delimiter",
          "delimiter", "delimiter",
          "quote", "quote",
          "escape", "escape",
          "comment", "comment",
          "encoding", "encoding",
          "charset", "encoding",
          "nullvalue", "null_value",
          "skiprows", "skip_lines");

  private final Call call;
  private final DltQuery query;
  private final List<ColumnSpec> columns;
  private final Findings findings;
  private final Set<String> used = new HashSet<>();

  /**
   * Of a call in a query.
   *
   * @param columns of the list behind the table's name
   */
  DltSource(Call call, DltQuery query, List<ColumnSpec> columns, Findings findings) {
    this.call = call;
    this.query = query;
    this.columns = columns;
    this.findings = findings;
  }

  /** True for a topic. */
  static boolean isTopic(Call call) {
    return call.function().equals("read_kafka");
  }

  /** The source; empty when a problem says why. */
  Optional<YamlNode.Mapping> read(boolean reference) {
    return switch (call.function()) {
      case "read_kafka" -> topic();
      case "read_kinesis", "read_pubsub" ->
          refused(
              call.at(),
              call.function() + " cannot be read",
              "Lakebeam reads files, Kafka and Azure Event Hubs",
              "publish the records to one of these, or land them as files");
      default -> files(reference);
    };
  }

  private Optional<YamlNode.Mapping> topic() {
    Optional<Piece> servers =
        option("bootstrapServers").or(() -> option("kafka.bootstrap.servers"));
    Optional<Piece> topic = option("subscribe").or(() -> option("topic"));
    if (servers.isEmpty() || topic.isEmpty()) {
      return refused(
          call.at(),
          "read_kafka needs bootstrapServers and subscribe",
          "a source is one topic of a broker",
          "write bootstrapServers => 'host:9092', subscribe => 'topic'");
    }
    DltNodes.Builder kafka =
        new DltNodes.Builder(call.at())
            .put("bootstrap_servers", DltNodes.text(servers.get()))
            .put("topic", DltNodes.text(topic.get()));
    DltNodes.Builder properties = new DltNodes.Builder(call.at());
    call.options()
        .forEach(
            (name, value) -> {
              if (name.startsWith("kafka.") && !used.contains(name)) {
                used.add(name);
                Piece plain = value.with(value.text().replace("kafkashaded.", ""));
                properties.put(name.substring("kafka.".length()), DltNodes.secret(plain));
              }
            });
    if (!properties.isEmpty()) {
      kafka.put("properties", properties.build());
    }
    DltNodes.Builder source = new DltNodes.Builder(call.at()).put("kafka", kafka.build());
    option("startingOffsets")
        .ifPresent(from -> source.put("starting_offsets", DltNodes.plain(from.text(), from.at())));
    source.put("format", DltNodes.plain("text", call.at()));
    source.put("schema", DltNodes.text("value BINARY", call.at()));
    refuseUnknown(Set.of("maxoffsetspertrigger", "failondataloss", "minpartitions"));
    return Optional.of(source.build());
  }

  private Optional<YamlNode.Mapping> files(boolean reference) {
    if (call.path().isEmpty()) {
      return refused(
          call.at(), call.function() + " names no path", "", "write the path as first argument");
    }
    Optional<YamlNode> format = format();
    Optional<YamlNode> schema = format.isEmpty() ? Optional.empty() : schema();
    Optional<Piece> filter = option("pathGlobFilter").or(() -> option("fileNamePattern"));
    refuseSaid(
        "includeExistingFiles",
        "false",
        "a source reads all files, each once",
        "leave it out, or name the new files by the path");
    refuseSaid(
        "allowOverwrites", "true", "a file is read once", "land new content under a new name");
    if (format.isEmpty() || schema.isEmpty()) {
      return Optional.empty();
    }
    DltNodes.Builder source = new DltNodes.Builder(call.at());
    source.put(reference ? "reference" : "files", DltNodes.text(path(call.path().get(), filter)));
    if (!reference && isTrue(option("ignoreCorruptFiles"))) {
      source.put("bad_files", DltNodes.plain("set_aside", call.at()));
    }
    source.put("format", format.get());
    source.put("schema", schema.get());
    refuseUnknown(PASSED_OVER);
    return Optional.of(source.build());
  }

  private static Piece path(Piece path, Optional<Piece> filter) {
    String here = path.text().replaceFirst("^s3n?://", "s3a://").replaceFirst("^file:/+", "/");
    return path.with(
        filter.map(name -> here.replaceFirst("/+$", "") + "/" + name.text()).orElse(here));
  }

  private Optional<YamlNode> format() {
    String name = call.format().map(Piece::text).orElse("").toLowerCase(Locale.ROOT);
    SourceLocation at = call.format().map(Piece::at).orElse(call.at());
    DltNodes.Builder settings = new DltNodes.Builder(at);
    switch (name) {
      case "csv" -> {
        csv(settings);
        return Optional.of(new DltNodes.Builder(at).put("csv", settings.build()).build());
      }
      case "json" -> {
        if (isTrue(option("multiLine"))) {
          settings.put("multi_line", DltNodes.plain("true", at));
        }
        // As Spark: a STRING takes numbers and objects as their text.
        settings.put("strings", DltNodes.plain("keep_json", at));
        return Optional.of(new DltNodes.Builder(at).put("json", settings.build()).build());
      }
      case "text", "parquet", "avro" -> {
        return Optional.of(DltNodes.plain(name, at));
      }
      case "" ->
          refused(
              at,
              call.function() + " names no format",
              "Delta Live Tables looks into the files; here it is known before they are read",
              "write format => 'json', or csv, text, parquet, avro");
      case "delta" ->
          refused(
              at,
              "a Delta table cannot be read as a source",
              "sources are files, each read once, and a table's files are rewritten",
              "read the files or the topic that the table is made of");
      default ->
          refused(
              at,
              "files of " + name + " cannot be read",
              "the formats are json, csv, text, parquet and avro",
              "convert them to one of these");
    }
    return Optional.empty();
  }

  private void csv(DltNodes.Builder settings) {
    SourceLocation at = call.at();
    settings.put("header", DltNodes.plain(String.valueOf(isTrue(option("header"))), at));
    // What Spark takes when nothing is said.
    settings.put("escape", DltNodes.text("\\", at));
    CSV.forEach(
        (theirs, ours) ->
            option(theirs)
                .filter(value -> !ours.equals("header"))
                .ifPresent(
                    value ->
                        settings.put(
                            ours,
                            ours.equals("skip_lines")
                                ? DltNodes.plain(value.text(), value.at())
                                : DltNodes.text(value))));
  }

  /** The columns: said, listed, or known from what a loader does when nothing is said. */
  private Optional<YamlNode> schema() {
    Optional<Piece> said = option("schema");
    if (said.isPresent()) {
      return Optional.of(DltNodes.text(said.get()));
    }
    String format = call.format().map(Piece::text).orElse("").toLowerCase(Locale.ROOT);
    if (format.equals("text")) {
      return Optional.of(DltNodes.text("value STRING", call.at()));
    }
    Optional<List<String>> selected = query.shape().selects();
    if (takesListedColumns()) {
      return Optional.of(DltNodes.text(listed(), columns.get(0).name().at()));
    }
    boolean isText = format.equals("csv") || format.equals("json");
    boolean allStrings =
        call.function().equals("cloud_files")
            && isText
            && !isTrue(option("inferColumnTypes"))
            && !isTrue(option("inferSchema"));
    if (allStrings && selected.isPresent() && !selected.get().contains("*")) {
      return Optional.of(
          DltNodes.text(
              selected.get().stream()
                  .filter(name -> !name.startsWith("_"))
                  .map(name -> quoted(name) + " STRING")
                  .collect(Collectors.joining(", ")),
              call.at()));
    }
    refused(
        call.at(),
        "nothing says which columns these files have",
        "Delta Live Tables looks into the files when it starts; here every query is checked before"
            + " anything is read",
        call.function().equals("cloud_files")
            ? "add map(\"schema\", \"id BIGINT, name STRING\") to the call"
            : call.function().equals("read_files")
                ? "add schema => 'id BIGINT, name STRING' to the call"
                : "write read_files('"
                    + call.path().map(Piece::text).orElse("...")
                    + "', format => '"
                    + format
                    + "', schema => 'id BIGINT, name STRING')");
    return Optional.empty();
  }

  /** True when the list behind the table's name is the schema of these files. */
  boolean takesListedColumns() {
    Optional<List<String>> selected = query.shape().selects();
    return call.options().keySet().stream().noneMatch("schema"::equalsIgnoreCase)
        && !columns.isEmpty()
        && columns.stream().allMatch(column -> column.type().isPresent())
        && selected.isPresent()
        && query.relations().size() == 1
        && selected.get().stream().allMatch(name -> name.equals("*") || isListed(name));
  }

  private boolean isListed(String name) {
    return columns.stream().anyMatch(column -> column.name().text().equalsIgnoreCase(name));
  }

  private String listed() {
    return columns.stream()
        .filter(column -> !column.name().text().startsWith("_"))
        .map(column -> quoted(column.name().text()) + " " + column.type().orElseThrow().text())
        .collect(Collectors.joining(", "));
  }

  private static String quoted(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : "`" + name.replace("`", "``") + "`";
  }

  private Optional<Piece> option(String name) {
    for (Map.Entry<String, Piece> option : call.options().entrySet()) {
      if (option.getKey().equalsIgnoreCase(name)) {
        used.add(option.getKey());
        return Optional.of(option.getValue());
      }
    }
    return Optional.empty();
  }

  private static boolean isTrue(Optional<Piece> option) {
    return option.filter(value -> TRUE.contains(value.text().toLowerCase(Locale.ROOT))).isPresent();
  }

  private void refuseSaid(String name, String value, String cause, String fix) {
    option(name)
        .filter(said -> said.text().equalsIgnoreCase(value))
        .ifPresent(said -> refused(said.at(), name + " cannot be " + value, cause, fix));
  }

  /** An option that nobody knows may mean other rows. */
  private void refuseUnknown(Set<String> passedOver) {
    for (String name : call.options().keySet()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (used.contains(name) || passedOver.contains(lower)) {
        continue;
      }
      boolean isPattern = lower.equals("dateformat") || lower.equals("timestampformat");
      refused(
          call.optionsAt().get(name),
          "the option " + name + " is not known here",
          isPattern ? "dates and times are read as ISO 8601" : "rows might be read otherwise",
          isPattern
              ? "declare the column as STRING, and write to_date(column, pattern) in the query"
              : NearestName.question(lower, CSV.keySet()) + "leave it out, if it does not matter");
    }
  }

  private <T> Optional<T> refused(SourceLocation at, String problem, String cause, String fix) {
    findings.problem(new Problem(at, problem, cause, fix));
    return Optional.empty();
  }
}
