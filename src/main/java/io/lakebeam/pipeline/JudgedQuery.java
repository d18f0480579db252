package io.lakebeam.pipeline;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.BeamSchemas;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.sql.FunctionLibrary;
import io.lakebeam.sql.RowProgram;
import io.lakebeam.sql.RowProgram.RowFailedException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A flow's query with the rules behind it. Query and rules are one program, so that rules cost
 * little. A row on which that program fails is taken once more, the query and each rule by itself:
 * what cannot be computed is then known, and a rule that cannot be computed on a row is a rule that
 * the row breaks.
 */
final class JudgedQuery implements Serializable {
  /** What a rule by itself reads. */
  static final String RELATION = "_judged";

  private final TableSchema input;
  private final TableSchema rowSchema;
  private final RowProgram whole;
  private final RowProgram.Later rows;
  private final List<RowProgram.Later> verdicts;

  private JudgedQuery(
      TableSchema input,
      TableSchema rowSchema,
      RowProgram whole,
      RowProgram.Later rows,
      List<RowProgram.Later> verdicts) {
    this.input = input;
    this.rowSchema = rowSchema;
    this.whole = whole;
    this.rows = rows;
    this.verdicts = List.copyOf(verdicts);
  }

  /**
   * Plans a flow's query.
   *
   * @param input the schema of the rows it reads
   * @param rowSchema the schema of its rows without verdicts
   */
  static JudgedQuery of(
      FunctionLibrary functions, CompiledFlow.Sql sql, TableSchema input, TableSchema rowSchema) {
    Schema read = BeamSchemas.ofMilliseconds(input);
    return new JudgedQuery(
        input,
        rowSchema,
        RowProgram.of(functions, sql.relation(), read, sql.text()),
        new RowProgram.Later(functions, sql.relation(), read, sql.rowsText()),
        IntStream.range(0, sql.verdicts().size())
            .mapToObj(
                rule ->
                    new RowProgram.Later(
                        functions,
                        RELATION,
                        BeamSchemas.ofMilliseconds(rowSchema),
                        sql.verdictText(rule)))
            .toList());
  }

  private static Column verdict(int rule) {
    return Column.nullable("_verdict_" + rule, DataType.Primitive.BOOLEAN);
  }

  /** For one thread. */
  Evaluator evaluator() {
    return new Evaluator();
  }

  /** Takes rows, one at a time. */
  final class Evaluator {
    private final EngineBorder all =
        new EngineBorder(
            whole.evaluator(),
            input,
            rowSchema.plus(
                IntStream.range(0, verdicts.size()).mapToObj(JudgedQuery::verdict).toList()));
    private @Nullable OneByOne oneByOne;

    private Evaluator() {}

    /**
     * The query's row with its verdicts, or null when the query leaves the row out.
     *
     * @throws RowFailedException when the query itself, without its rules, fails on this row
     */
    @Nullable JudgedRow evaluate(InternalRow row) throws RowFailedException {
      try {
        InternalRow result = all.evaluate(row);
        return result == null ? null : new JudgedRow(result, Map.of());
      } catch (RowFailedException e) {
        if (verdicts.isEmpty()) {
          throw e;
        }
        oneByOne = oneByOne == null ? new OneByOne() : oneByOne;
        return oneByOne.evaluate(row);
      }
    }
  }

  /** The query and each rule by itself; for one thread. */
  private final class OneByOne {
    private final RowFields fields = new RowFields(rowSchema);
    private final EngineBorder query = new EngineBorder(rows.evaluator(), input, rowSchema);
    private final List<EngineBorder> rules =
        verdicts.stream()
            .map(rule -> new EngineBorder(rule.evaluator(), rowSchema, TableSchema.of(verdict(0))))
            .toList();

    private @Nullable JudgedRow evaluate(InternalRow row) throws RowFailedException {
      InternalRow result = query.evaluate(row);
      if (result == null) {
        return null;
      }
      int width = fields.width();
      Object[] values = Arrays.copyOf(fields.first(result, width), width + rules.size());
      Map<Integer, String> errors = new HashMap<>();
      for (int rule = 0; rule < rules.size(); rule++) {
        try {
          InternalRow verdict = rules.get(rule).evaluate(result);
          values[width + rule] = verdict.isNullAt(0) ? null : verdict.getBoolean(0);
        } catch (RowFailedException e) {
          values[width + rule] = false;
          errors.put(rule, e.getMessage());
        }
      }
      return new JudgedRow(new GenericInternalRow(values), errors);
    }
  }
}
