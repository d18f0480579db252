package io.lakebeam.delta.upsert;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.RowProgram;
import java.util.List;
import java.util.function.Consumer;

/** Reads files of the table of changes. For one thread. */
final class ChangeReader {
  private final UpsertTable table;
  private final RowProgram.Evaluator changes;

  ChangeReader(UpsertTable table) {
    this.table = table;
    this.changes = table.query().changes().evaluator();
  }

  /**
   * Hands out the changes of files, each good until the receiver returns.
   *
   * @throws UnmergeableChangeException when the expressions that say what a change is fail on one
   */
  void read(List<DataFile> files, Consumer<InternalRow> out) {
    for (DataFile file : files) {
      try (CloseableIterator<InternalRow> rows =
          DataFileReader.read(
              table.upstream(), file, table.upstreamSchema(), table.query().reads().names())) {
        while (rows.hasNext()) {
          changes.evaluate(rows.next(), out);
        }
      } catch (RowProgram.RowFailedException e) {
        throw new UnmergeableChangeException(e.getMessage());
      }
    }
  }
}
