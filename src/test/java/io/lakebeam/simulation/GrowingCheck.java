package io.lakebeam.simulation;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.simulation.LakeWatch.Version;
import io.lakebeam.simulation.LakeWatch.Violation;
import io.lakebeam.simulation.TestingSources.Record;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Compares a lake at rest, whose tables get columns of the fields that their data has, with what
 * the sources hold. In every version each row has all of its fields in columns: none is rescued,
 * whichever run has met it first.
 */
final class GrowingCheck {
  private static final TableSchema COLUMNS =
      TableSchema.of(
          Column.nullable("_position", Primitive.STRING),
          Column.nullable("note", Primitive.STRING),
          Column.nullable("mark", Primitive.STRING),
          Column.nullable("rescued", Primitive.STRING));

  private final LakeRows rows;
  private final LakeWatch watch;
  private final Map<String, Record> records = new HashMap<>();
  private final Map<String, Long> epochs;
  private int marks;
  private int replaced;

  GrowingCheck(LakeRows rows, TestingSources sources) {
    this.rows = rows;
    this.watch = rows.watch();
    sources.all().forEach(each -> records.put(each.position(), each));
    this.epochs = PlannedRecords.of(watch, sources);
  }

  /**
   * @return how much of what was looked at
   */
  Map<String, Integer> check() {
    table("bronze", each -> each.source().equals(TestingSources.EVENTS));
    table("silver", each -> true);
    table("all", each -> true);
    new TotalsCheck(rows, records).check();
    return Map.of(
        "epochs",
        watch.plans().size(),
        "rows compared",
        rows.count(),
        "tables computed anew",
        replaced,
        "rows with columns that were found",
        marks);
  }

  private void table(String table, Predicate<Record> isOf) {
    Set<String> live = new TreeSet<>();
    for (Version version : watch.versions(table)) {
      live.addAll(version.added());
      live.removeAll(version.removed());
      if (version.application().startsWith("p/")) {
        replaced += version.removed().isEmpty() ? 0 : 1;
        compare(table, version.number(), version.epoch(), live, isOf);
      }
    }
    compare(table, watch.versions(table).size() - 1, Long.MAX_VALUE, live, isOf);
  }

  private void compare(
      String table, long version, long epoch, Collection<String> files, Predicate<Record> isOf) {
    List<String> right = new ArrayList<>();
    records.values().stream()
        .filter(each -> each.amount() != null && isOf.test(each))
        .filter(each -> epochs.get(each.position()) <= epoch)
        .forEach(each -> right.add(right(each)));
    List<String> said = new ArrayList<>();
    for (InternalRow row : rows.of(table, files, COLUMNS)) {
      said.add(said(row));
      marks += row.isNullAt(2) ? 0 : 1;
    }
    right.sort(null);
    said.sort(null);
    if (!said.equals(right)) {
      throw new Violation(
          "version " + version + " of " + table + " has " + said + "; it is " + right);
    }
  }

  private static String right(Record each) {
    Map<String, String> fields = TestingSources.fields(each.id());
    return each.position() + " " + fields.get("note") + " " + fields.get("mark") + " null";
  }

  private static String said(InternalRow row) {
    List<String> texts = new ArrayList<>();
    for (int at = 0; at < COLUMNS.columns().size(); at++) {
      texts.add(row.isNullAt(at) ? "null" : row.getString(at));
    }
    return String.join(" ", texts);
  }
}
