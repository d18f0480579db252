package io.lakebeam.pipeline;

import io.lakebeam.sql.FunctionLibrary;
import io.lakebeam.sql.RowProgram;
import io.lakebeam.sql.RowProgram.RowFailedException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
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

  private final RowProgram whole;
  private final RowProgram.Later rows;
  private final List<RowProgram.Later> verdicts;

  private JudgedQuery(RowProgram whole, RowProgram.Later rows, List<RowProgram.Later> verdicts) {
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
      FunctionLibrary functions, CompiledFlow.Sql sql, Schema input, Schema rowSchema) {
    return new JudgedQuery(
        RowProgram.of(functions, sql.relation(), input, sql.text()),
        new RowProgram.Later(functions, sql.relation(), input, sql.rowsText()),
        IntStream.range(0, sql.verdicts().size())
            .mapToObj(
                rule -> new RowProgram.Later(functions, RELATION, rowSchema, sql.verdictText(rule)))
            .toList());
  }

  /** For one thread. */
  Evaluator evaluator() {
    return new Evaluator();
  }

  /** Takes rows, one at a time. */
  final class Evaluator {
    private final RowProgram.Evaluator all = whole.evaluator();
    private @Nullable OneByOne oneByOne;

    private Evaluator() {}

    /**
     * The query's row with its verdicts, or null when the query leaves the row out.
     *
     * @throws RowFailedException when the query itself, without its rules, fails on this row
     */
    @Nullable JudgedRow evaluate(Row row) throws RowFailedException {
      try {
        Row result = all.evaluate(row);
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
    private final RowProgram.Evaluator query = rows.evaluator();
    private final List<RowProgram.Evaluator> rules =
        verdicts.stream().map(RowProgram.Later::evaluator).toList();

    private @Nullable JudgedRow evaluate(Row row) throws RowFailedException {
      Row result = query.evaluate(row);
      if (result == null) {
        return null;
      }
      List<Object> values = new ArrayList<>(result.getValues());
      Map<Integer, String> errors = new HashMap<>();
      for (int rule = 0; rule < rules.size(); rule++) {
        try {
          values.add(rules.get(rule).evaluate(result).getBoolean(0));
        } catch (RowFailedException e) {
          values.add(false);
          errors.put(rule, e.getMessage());
        }
      }
      return new JudgedRow(Row.withSchema(whole.rowSchema()).attachValues(values), errors);
    }
  }
}
