package io.lakebeam.pipeline;

import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.BeamRows;
import io.lakebeam.row.BeamSchemas;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.RowProgram;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Around Beam SQL, which computes Beam's rows: instants have milliseconds in there. For one thread.
 */
public final class EngineBorder {
  private final RowProgram.Evaluator program;
  private final BeamRows input;
  private final BeamRows output;

  /**
   * @param input what the program was planned for
   * @param output what it selects
   */
  public EngineBorder(RowProgram.Evaluator program, TableSchema input, TableSchema output) {
    this.program = program;
    this.input = new BeamRows(input.columns(), BeamSchemas.ofMilliseconds(input));
    this.output = new BeamRows(output.columns(), BeamSchemas.ofMilliseconds(output));
  }

  /**
   * The query's row, or null when its condition does not hold. Whoever keeps it copies it.
   *
   * @throws RowProgram.RowFailedException when the query fails on this row; the message says why
   */
  public @Nullable InternalRow evaluate(InternalRow row) throws RowProgram.RowFailedException {
    Row result = program.evaluate(input.toBeam(row));
    return result == null ? null : output.fromBeam(result);
  }
}
