package io.lakebeam.sql;

import io.lakebeam.row.Packed;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.catalyst.Evaluation;
import io.lakebeam.sql.catalyst.MemoryTables;
import io.lakebeam.sql.catalyst.Step;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rules of a table at work. All are computed at once, so that rules cost little; a row on which
 * that fails is looked at once more, by each rule by itself: a rule that cannot be computed on a
 * row is a rule that the row breaks.
 *
 * @param all a column for each rule
 * @param each every rule by itself, in one column
 * @param nullPasses by rule: whether NULL passes
 * @param reads by rule: the columns that it looks at
 */
public record RuleProgram(
    Packed<Step.Rows> all,
    Packed<ArrayList<Step.Rows>> each,
    List<Boolean> nullPasses,
    List<List<String>> reads)
    implements Serializable {
  private static final RuleProgram NONE =
      of(new Step.Rows("", List.of(), 0), List.of(), List.of(), List.of());

  public RuleProgram {
    nullPasses = List.copyOf(nullPasses);
    reads = List.copyOf(reads);
  }

  static RuleProgram of(
      Step.Rows all, List<Step.Rows> each, List<Boolean> nullPasses, List<List<String>> reads) {
    return new RuleProgram(Packed.of(all), Packed.of(new ArrayList<>(each)), nullPasses, reads);
  }

  /** No rules. */
  public static RuleProgram none() {
    return NONE;
  }

  /**
   * What the rules say of a row.
   *
   * @param passes by rule
   * @param errors by rule, why it could not be computed; the row does not pass it
   */
  public record Verdicts(boolean[] passes, Map<Integer, String> errors) {}

  private static final Verdicts NO_RULES = new Verdicts(new boolean[0], Map.of());

  /** For one thread. */
  public Judge judge() {
    return new Judge();
  }

  /** Looks at rows, one at a time. */
  public final class Judge {
    private final Evaluation together =
        new Evaluation(all.unpack().steps(), new MemoryTables(Map.of()));
    private @Nullable List<Evaluation> alone;

    private Judge() {}

    /** Says of each rule whether the row passes it. */
    public Verdicts of(InternalRow row) {
      if (nullPasses.isEmpty()) {
        return NO_RULES;
      }
      boolean[] passes = new boolean[nullPasses.size()];
      try {
        together.take(
            row,
            verdicts -> {
              for (int i = 0; i < passes.length; i++) {
                passes[i] = passes(verdicts, i, nullPasses.get(i));
              }
            });
        return new Verdicts(passes, Map.of());
      } catch (Throwable e) {
        RowProgram.failed(e);
        return oneByOne(row, passes);
      }
    }

    private Verdicts oneByOne(InternalRow row, boolean[] passes) {
      Map<Integer, String> errors = new HashMap<>();
      List<Evaluation> rules = rulesAlone();
      for (int i = 0; i < passes.length; i++) {
        int rule = i;
        try {
          rules
              .get(i)
              .take(row, verdict -> passes[rule] = passes(verdict, 0, nullPasses.get(rule)));
        } catch (Throwable e) {
          passes[i] = false;
          errors.put(i, RowProgram.failed(e).getMessage());
        }
      }
      return new Verdicts(passes, errors);
    }

    private List<Evaluation> rulesAlone() {
      if (alone == null) {
        List<Evaluation> rules = new ArrayList<>();
        each.unpack()
            .forEach(rule -> rules.add(new Evaluation(rule.steps(), new MemoryTables(Map.of()))));
        alone = rules;
      }
      return alone;
    }

    private static boolean passes(InternalRow verdicts, int rule, boolean nullPasses) {
      return verdicts.isNullAt(rule) ? nullPasses : verdicts.getBoolean(rule);
    }
  }
}
