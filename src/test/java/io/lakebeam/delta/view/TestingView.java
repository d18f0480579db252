package io.lakebeam.delta.view;

import io.lakebeam.delta.sorted.Slots;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.SchemaDdlException;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.spec.QueryText;
import io.lakebeam.sql.FunctionLibrary;
import io.lakebeam.sql.InvalidQueryException;
import io.lakebeam.sql.QueryAnalyzer;
import io.lakebeam.sql.RowProgram;
import io.lakebeam.sql.ViewQuery;
import io.lakebeam.testing.TestingRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.Row;

/** A view over one table, called {@code t}, whose rows a test hands in. */
record TestingView(TableSchema table, ViewQuery query, Groups none) {
  static TestingView of(String ddl, String sql) throws InvalidQueryException {
    TableSchema table = schema(ddl);
    ViewQuery read = query(table, sql).orElseThrow();
    ViewQuery query = SerializableUtils.clone(read);
    if (!query.text().equals(read.text())) {
      throw new IllegalStateException(read.text() + " has become " + query.text());
    }
    return new TestingView(table, query, new Groups(query));
  }

  /** Whether a view adds up what it has and what is new. */
  static boolean isAdditive(String ddl, String sql) throws InvalidQueryException {
    return query(schema(ddl), sql).isPresent();
  }

  private static Optional<ViewQuery> query(TableSchema table, String sql)
      throws InvalidQueryException {
    QueryAnalyzer analyzer = new QueryAnalyzer(new FunctionLibrary(Map.of()), Map.of(), Set.of());
    analyzer.declare("t", table);
    return analyzer.viewQuery(new QueryText("v.sql", sql, sql));
  }

  /** Of a query that is known to be taken. */
  static TestingView valid(String ddl, String sql) {
    try {
      return of(ddl, sql);
    } catch (InvalidQueryException e) {
      throw new IllegalArgumentException(e.problems().toString(), e);
    }
  }

  private static TableSchema schema(String ddl) {
    try {
      return SchemaDdl.parse(ddl);
    } catch (SchemaDdlException e) {
      throw new IllegalArgumentException(e);
    }
  }

  TableSchema stored() {
    return Groups.storedSchema(query);
  }

  /** A row of the table, of values as Java has them. */
  InternalRow row(Object... values) {
    return TestingRows.of(table, values);
  }

  /** Groups of some rows. */
  Groups groups(List<InternalRow> rows) {
    return added(rows, none.none());
  }

  private Groups added(List<InternalRow> rows, Groups groups) {
    List<Integer> read = query.reads().stream().map(name -> table.names().indexOf(name)).toList();
    RowProgram.Evaluator evaluator = query.rows().evaluator();
    try {
      for (InternalRow row : rows) {
        List<Object> values = new ArrayList<>();
        for (int at : read) {
          values.add(
              row.isNullAt(at) ? null : row.get(at, SparkTypes.of(table.columns().get(at).type())));
        }
        evaluator.evaluate(new GenericInternalRow(values.toArray()), groups::add);
      }
    } catch (RowProgram.RowFailedException e) {
      throw new IllegalArgumentException(e);
    }
    return groups;
  }

  /** Groups of rows on their way to the slots of a view. */
  Map<Integer, List<GroupBatch>> batches(
      ViewTable view, ViewTable.Refresh refresh, List<InternalRow> news) {
    Map<Integer, List<GroupBatch>> batches = new TreeMap<>();
    added(news, view.groups())
        .drain(
            view.slots(refresh, view.groups()),
            (slot, batch) -> batches.computeIfAbsent(slot, key -> new ArrayList<>()).add(batch));
    return batches;
  }

  /** Adds rows to what the view has, slot by slot. */
  List<GroupMerger.Merged> merge(
      ViewTable view, ViewTable.Refresh refresh, List<InternalRow> news) {
    Slots slots = view.slots(refresh, view.groups());
    GroupMerger merger = new GroupMerger(view, view.groups());
    List<GroupMerger.Merged> merged = new ArrayList<>();
    batches(view, refresh, news)
        .forEach(
            (slot, of) ->
                merged.add(
                    merger.merge(
                        of,
                        slots.all().get(slot).leaves().stream().map(Slots.Leaf::file).toList(),
                        "")));
    return merged;
  }

  /** The view with more rows, as it is after the next epoch. */
  Groups after(Groups view, Groups more) {
    Groups stored = none.none();
    List<Row> rows = TestingRows.read(stored(), view.rows().iterator());
    for (InternalRow row : TestingRows.internal(stored(), rows)) {
      stored.merge(
          new Groups.Parts(
              List.of(stored.keys().of(row).copy()), List.<Object[]>of(stored.part(row))));
    }
    stored.merge(SerializableUtils.clone(more.parts()));
    return stored;
  }

  /** What the table of the view holds, its states too. */
  List<Row> shown(Groups groups) {
    return TestingRows.read(stored(), groups.rows().iterator());
  }
}
