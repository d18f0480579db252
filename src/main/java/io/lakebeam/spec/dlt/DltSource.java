package io.lakebeam.spec.dlt;

import io.lakebeam.spec.dlt.DltQuery.Call;
import io.lakebeam.spec.dlt.DltStatement.ColumnSpec;
import io.lakebeam.spec.dlt.SourceText.Piece;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes an entry of {@code sources:} of files or a topic that a query reads. */
final class DltSource {
  /** They say how files are found, or how far a stream goes at once: a run decides that. */
  private static final Set<String> PASSED_OVER =
      Set.of(
          "inferschema",
          "inferschemasample",
          "infercolumntypes",
          "schemalocation",
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
          "allowoverwrites",
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

  /** By the mode in which a schema evolves; in any other one, new fields are kept. */
  private static final Map<String, String> NEW_FIELDS =
      Map.of("failonnewcolumns", "fail", "addnewcolumns", "add_columns");

  private final Call call;
  private final CallOptions options;
  private final DltSchema schema;

  /**
   * Of a call in a query.
   *
   * @param columns of the list behind the table's name
   */
  DltSource(Call call, DltQuery query, List<ColumnSpec> columns, Findings findings) {
    this.call = call;
    this.options = new CallOptions(call, findings);
    this.schema = new DltSchema(call, query, columns, options);
  }

  /** True for a topic. */
  static boolean isTopic(Call call) {
    return call.function().equals("read_kafka");
  }

  /** True when the list behind the table's name is the schema of these files. */
  boolean takesListedColumns() {
    return schema.takesListedColumns();
  }

  /** The source; empty when a problem says why. */
  Optional<YamlNode.Mapping> read(boolean reference) {
    return switch (call.function()) {
      case "read_kafka" -> new DltTopic(call, options).source();
      case "read_kinesis", "read_pubsub" ->
          options.refused(
              call.at(),
              call.function() + " cannot be read",
              "Lakebeam reads files, Kafka and Azure Event Hubs",
              "publish the records to one of these, or land them as files");
      default -> files(reference);
    };
  }

  private Optional<YamlNode.Mapping> files(boolean reference) {
    if (call.path().isEmpty()) {
      return options.refused(
          call.at(), call.function() + " names no path", "", "write the path as first argument");
    }
    Optional<YamlNode> format = new DltFormat(call, options).node();
    Optional<YamlNode> columns = format.isEmpty() ? Optional.empty() : schema.node();
    Optional<Piece> filter = options.get("pathGlobFilter").or(() -> options.get("fileNamePattern"));
    options.refuse(
        "includeExistingFiles",
        "false",
        "a source reads all files, each once",
        "leave it out, or name the new files by the path");
    if (format.isEmpty() || columns.isEmpty()) {
      return Optional.empty();
    }
    DltNodes.Builder source = new DltNodes.Builder(call.at());
    source.put(reference ? "reference" : "files", DltNodes.text(path(call.path().get(), filter)));
    if (!reference && options.isTrue("ignoreCorruptFiles")) {
      source.put("bad_files", DltNodes.plain("set_aside", call.at()));
    }
    if (!reference && options.isTrue("allowOverwrites")) {
      source.put("changed_files", DltNodes.plain("read_again", call.at()));
    }
    String evolution =
        options
            .get("schemaEvolutionMode")
            .map(mode -> mode.text().toLowerCase(Locale.ROOT))
            .orElse("");
    if (!reference && NEW_FIELDS.containsKey(evolution)) {
      source.put("new_fields", DltNodes.plain(NEW_FIELDS.get(evolution), call.at()));
    }
    source.put("format", format.get());
    source.put("schema", columns.get());
    options.refuseOthers(PASSED_OVER, DltFormat.optionNames());
    return Optional.of(source.build());
  }

  private static Piece path(Piece path, Optional<Piece> filter) {
    String here = path.text().replaceFirst("^s3n?://", "s3a://").replaceFirst("^file:/+", "/");
    return path.with(
        filter.map(name -> here.replaceFirst("/+$", "") + "/" + name.text()).orElse(here));
  }
}
