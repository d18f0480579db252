package io.lakebeam.spec.source;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.spec.Reading;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads {@code rename:} of a source. */
final class RenameReader {
  private final Problems problems;

  RenameReader(Problems problems) {
    this.problems = problems;
  }

  /** What the data calls each column that it calls otherwise. */
  Map<String, String> read(YamlNode source, SourceSpec.Format format, TableSchema schema) {
    Map<String, String> names = new LinkedHashMap<>();
    Optional<YamlNode> rename = source.get("rename");
    if (rename.isEmpty()) {
      return names;
    }
    SourceSpec.Format records = format.records();
    if (records instanceof SourceSpec.Text
        || (records instanceof SourceSpec.Csv c && !c.header())) {
      problems.add(
          rename.get().at(),
          "there is nothing to rename",
          "records of this format have no names; the schema's order counts",
          "leave rename out, and name the columns in the schema as you like");
      return names;
    }
    Reading.entries(rename)
        .forEach(
            (inData, entry) ->
                name(inData, entry, schema)
                    .ifPresent(
                        column -> {
                          if (names.putIfAbsent(column, inData) != null) {
                            problems.add(
                                entry.keyAt(),
                                "the column " + column + " has two names in rename",
                                "it is read from " + names.get(column) + " already",
                                "leave one of them out");
                          }
                        }));
    refuseSharedNames(rename.get(), names, schema);
    return names;
  }

  private Optional<String> name(String inData, YamlNode.Entry entry, TableSchema schema) {
    String wanted = Reading.scalar(entry.value()).map(YamlNode.Scalar::text).orElse("");
    Optional<String> column = schema.column(wanted).map(Column::name);
    if (column.isEmpty() && !wanted.isEmpty()) {
      problems.add(
          entry.value().at(),
          "the schema has no column " + wanted,
          "rename gives, for a name in the data, the column that it becomes",
          NearestName.question(wanted, schema.names()) + "name a column of the schema");
    }
    if (inData.isBlank()) {
      problems.add(
          entry.keyAt(),
          "a name in the data may not be empty",
          "fields without a name are kept in _rescued",
          "leave it out");
      return Optional.empty();
    }
    return column;
  }

  /** Two columns cannot be read from one field. */
  private void refuseSharedNames(YamlNode at, Map<String, String> names, TableSchema schema) {
    Map<String, String> taken = new HashMap<>();
    for (Column column : schema.columns()) {
      String inData = names.getOrDefault(column.name(), column.name());
      String other = taken.putIfAbsent(inData, column.name());
      if (other != null) {
        problems.add(
            at.at(),
            other + " and " + column.name() + " are both read from " + inData,
            "a field becomes one column",
            "rename the other one as well, or leave it out of the schema");
      }
    }
  }
}
