package io.lakebeam.sql;

import io.lakebeam.graph.Lineage;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.sql.catalyst.group.WindowGrid;
import io.lakebeam.sql.catalyst.group.WindowPlan;
import java.io.Serializable;

/**
 * A GROUP BY query over windows of time, each of which is told once, when it is closed.
 *
 * @param groups start and end of the window and what else the rows are grouped by, and aggregates;
 *     its columns have names of no meaning
 * @param shown makes none or one row of the result of each row of the groups
 * @param columns the result, in its author's order
 * @param time column of the input that windows are of
 * @param delay microseconds that rows may be later than the latest one
 * @param grid where windows end
 * @param lineage what the result follows from
 */
public record WindowQuery(
    ViewQuery groups,
    RowProgram shown,
    TableSchema columns,
    String time,
    long delay,
    WindowGrid grid,
    Lineage lineage)
    implements Serializable {
  /** Where the start of the window stands in the rows that are grouped, and in those of groups. */
  public static final int START = 0;

  /** Where its end stands. */
  public static final int END = WindowPlan.END;

  /** The table that it reads. */
  public String input() {
    return groups.input();
  }
}
