package io.lakebeam.spec.dlt;

import io.lakebeam.spec.dlt.DltQuery.Call;
import io.lakebeam.spec.dlt.DltStatement.ColumnSpec;
import io.lakebeam.spec.dlt.SourceText.Piece;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes {@code schema:} of files that a query reads: said, listed behind the table's name, or known
 * from what a loader does when nothing is said.
 */
final class DltSchema {
  private final Call call;
  private final DltQuery query;
  private final List<ColumnSpec> columns;
  private final CallOptions options;

  /**
   * Of a call in a query.
   *
   * @param columns of the list behind the table's name
   */
  DltSchema(Call call, DltQuery query, List<ColumnSpec> columns, CallOptions options) {
    this.call = call;
    this.query = query;
    this.columns = columns;
    this.options = options;
  }

  /** The columns; empty when a problem says why. */
  Optional<YamlNode> node() {
    Optional<Piece> said = options.get("schema");
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
            && !options.isTrue("inferColumnTypes")
            && !options.isTrue("inferSchema");
    if (allStrings && selected.isPresent() && !selected.get().contains("*")) {
      return Optional.of(
          DltNodes.text(
              selected.get().stream()
                  .filter(name -> !name.startsWith("_"))
                  .map(name -> quoted(name) + " STRING")
                  .collect(Collectors.joining(", ")),
              call.at()));
    }
    options.refused(
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
}
