package io.lakebeam.spec.dlt;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.DltQuery.Call;
import io.lakebeam.spec.dlt.SourceText.Piece;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes {@code format:} of files that a query reads. */
final class DltFormat {
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
  private final CallOptions options;

  DltFormat(Call call, CallOptions options) {
    this.call = call;
    this.options = options;
  }

  /** Names of options that it knows. */
  static Set<String> optionNames() {
    return CSV.keySet();
  }

  /** The format with its settings; empty when a problem says why. */
  Optional<YamlNode> node() {
    String name = call.format().map(Piece::text).orElse("").toLowerCase(Locale.ROOT);
    SourceLocation at = call.format().map(Piece::at).orElse(call.at());
    DltNodes.Builder settings = new DltNodes.Builder(at);
    switch (name) {
      case "csv" -> {
        csv(settings);
        return Optional.of(new DltNodes.Builder(at).put("csv", settings.build()).build());
      }
      case "json" -> {
        if (options.isTrue("multiLine")) {
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
          options.refused(
              at,
              call.function() + " names no format",
              "Delta Live Tables looks into the files; here it is known before they are read",
              "write format => 'json', or csv, text, parquet, avro");
      case "delta" ->
          options.refused(
              at,
              "a Delta table cannot be read as a source",
              "sources are files, each read once, and a table's files are rewritten",
              "read the files or the topic that the table is made of");
      default ->
          options.refused(
              at,
              "files of " + name + " cannot be read",
              "the formats are json, csv, text, parquet and avro",
              "convert them to one of these");
    }
    return Optional.empty();
  }

  private void csv(DltNodes.Builder settings) {
    SourceLocation at = call.at();
    settings.put("header", DltNodes.plain(String.valueOf(options.isTrue("header")), at));
    // What Spark takes when nothing is said.
    settings.put("escape", DltNodes.text("\\", at));
    CSV.forEach(
        (theirs, ours) ->
            options
                .get(theirs)
                .filter(value -> !ours.equals("header"))
                .ifPresent(
                    value ->
                        settings.put(
                            ours,
                            ours.equals("skip_lines")
                                ? DltNodes.plain(value.text(), value.at())
                                : DltNodes.text(value))));
  }
}
