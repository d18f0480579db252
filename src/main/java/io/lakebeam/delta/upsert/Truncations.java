package io.lakebeam.delta.upsert;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.delta.sorted.KeyRange;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.RowFields;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.sql.RowProgram;
import io.lakebeam.sql.UpsertQuery;
import io.lakebeam.sql.catalyst.RowKey;
import io.lakebeam.sql.catalyst.RowOrder;
import java.util.Base64;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Changes that empty a table: each is a deletion of every key at its sequence. Only the last one
 * matters, for it deletes what comes before the others too. The table's log says which it is, as
 * part of the commit that takes the rows out, so that what comes late stays out.
 *
 * <p>A truncation is kept as a text: the bytes of its sequence. For one thread.
 */
final class Truncations {
  /** Of the table: what its log says. */
  static final String PROPERTY = "lakebeam.truncated";

  private final UpsertTable table;
  private final RowKey bytes;
  private final RowOrder order;
  private long count;

  Truncations(UpsertTable table) {
    this.table = table;
    TableSchema sequence = sequence(table.query());
    this.bytes = RowKey.of(List.of(0), List.of(SparkTypes.of(sequence.columns().get(0).type())));
    this.order = RowOrder.of(sequence, List.of(0));
  }

  private static TableSchema sequence(UpsertQuery query) {
    return new TableSchema(List.of(new Column("sequence", query.sequence(), true, "")));
  }

  /** The last one that a table shows; null for none. */
  static @Nullable String shown(Snapshot table) {
    String text = table.properties().getOrDefault(PROPERTY, "");
    return text.isEmpty() ? null : text;
  }

  /**
   * The last one of some changes and of those before; null for none.
   *
   * @throws UnmergeableChangeException when an expression fails on a change
   */
  @Nullable String last(List<DataFile> changes, @Nullable String before) {
    RowProgram truncations = table.query().truncations();
    if (truncations == null) {
      return before;
    }
    UnsafeRow[] last = {before == null ? null : row(before)};
    RowProgram.Evaluator evaluator = truncations.evaluator();
    for (DataFile file : changes) {
      try (CloseableIterator<InternalRow> rows =
          DataFileReader.read(
              table.upstream(), file, table.upstreamSchema(), table.query().reads().names())) {
        while (rows.hasNext()) {
          evaluator.evaluate(
              rows.next(),
              truncation -> {
                count++;
                UnsafeRow at = bytes.of(truncation);
                if (last[0] == null || order.compare(last[0], at) < 0) {
                  last[0] = at.copy();
                }
              });
        }
      } catch (RowProgram.RowFailedException e) {
        throw new UnmergeableChangeException(e.getMessage());
      }
    }
    return last[0] == null ? null : Base64.getEncoder().encodeToString(last[0].getBytes());
  }

  /** How many there were among the changes. */
  long count() {
    return count;
  }

  /** The sequence of a truncation, as a change has it. */
  static Object sequence(UpsertQuery query, String truncation) {
    return new RowFields(sequence(query)).value(row(truncation), 0);
  }

  private static UnsafeRow row(String truncation) {
    return KeyRange.row(Base64.getDecoder().decode(truncation), 1);
  }
}
