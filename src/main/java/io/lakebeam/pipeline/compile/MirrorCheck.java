package io.lakebeam.pipeline.compile;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledUpsert;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.sink.mirror.MirroredColumn;
import io.lakebeam.spec.MirrorSpec;
import io.lakebeam.spec.PipelineSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What keeps databases from showing the datasets that they name. */
final class MirrorCheck {
  private final PipelineSpec spec;
  private final Map<String, TableSchema> shown = new TreeMap<>();
  private final Set<String> quarantines = new TreeSet<>();

  MirrorCheck(
      PipelineSpec spec,
      List<CompiledTable> streaming,
      List<CompiledUpsert> upserts,
      List<CompiledView> views) {
    this.spec = spec;
    for (CompiledTable table : streaming) {
      shown.put(table.name(), table.columns());
      quarantines.add(table.quarantineName());
    }
    upserts.forEach(upsert -> shown.put(upsert.name(), upsert.definition().schema()));
    views.forEach(view -> shown.put(view.name(), view.columns()));
  }

  List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    for (MirrorSpec mirror : spec.mirrors()) {
      for (MirrorSpec.Table table : mirror.tables()) {
        TableSchema schema = shown.get(table.dataset());
        if (schema == null) {
          problems.add(unknown(table));
        } else if (isTooLong(table.dataset())) {
          problems.add(tooLong(table, "the name of " + table.dataset()));
        } else {
          problems.addAll(columns(table, schema));
        }
      }
    }
    return problems;
  }

  private static List<Problem> columns(MirrorSpec.Table table, TableSchema schema) {
    List<Problem> problems = new ArrayList<>();
    List<Column> columns = schema.columns().stream().filter(MirroredColumn::isShown).toList();
    for (Column column : columns) {
      if (isTooLong(column.name())) {
        problems.add(tooLong(table, "the column " + column.name() + " of " + table.dataset()));
      } else if (MirroredColumn.isOfTheSystem(column.name())) {
        problems.add(
            new Problem(
                table.at(),
                table.dataset() + " has a column " + column.name(),
                "every table of PostgreSQL has one of its own",
                "give it another name in the query of " + table.dataset()));
      }
    }
    return problems;
  }

  private static boolean isTooLong(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length > MirrorSpec.MOST_BYTES;
  }

  private static Problem tooLong(MirrorSpec.Table table, String what) {
    return new Problem(
        table.at(),
        what + " is too long for PostgreSQL",
        "it takes names of " + MirrorSpec.MOST_BYTES + " bytes",
        "give it a shorter name, or leave the table out");
  }

  private Problem unknown(MirrorSpec.Table table) {
    if (quarantines.contains(table.dataset())) {
      return new Problem(
          table.at(),
          table.dataset() + " is a quarantine, and a database shows datasets",
          "most of what is known of a refused row stands in columns that are not shown",
          "look at it with lakebeam quarantine, or deliver it by a sink of its own");
    }
    return new Problem(
        table.at(),
        "there is no dataset " + table.dataset() + " that can be shown",
        "tables are streaming tables, upsert tables and materialized views",
        NearestName.question(table.dataset(), shown.keySet())
            + "they are "
            + String.join(", ", shown.keySet()));
  }
}
