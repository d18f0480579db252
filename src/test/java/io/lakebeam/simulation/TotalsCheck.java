package io.lakebeam.simulation;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.simulation.LakeWatch.Version;
import io.lakebeam.simulation.LakeWatch.Violation;
import io.lakebeam.simulation.TestingSources.Record;
import java.util.Map;
import java.util.TreeMap;

/** Each version of the view is the query over the version of silver that it says it shows. */
final class TotalsCheck {
  private static final TableSchema TOTALS =
      TableSchema.of(
          Column.nullable("k", Primitive.INT),
          Column.nullable("n", Primitive.BIGINT),
          Column.nullable("s", Primitive.BIGINT));

  private final LakeRows rows;
  private final Map<String, Record> records;

  /**
   * @param records by their positions
   */
  TotalsCheck(LakeRows rows, Map<String, Record> records) {
    this.rows = rows;
    this.records = records;
  }

  void check() {
    long shows = 0;
    for (Version version : rows.watch().versions("totals")) {
      if (version.epoch() < 0 || version.application().endsWith("#asked")) {
        continue;
      }
      shows = version.epoch();
      Map<Integer, String> said = said(version.number());
      Map<Integer, String> right = query(shows);
      if (!said.equals(right)) {
        throw new Violation(
            String.format(
                "version %d of the view shows version %d of silver: %s; it is %s",
                version.number(), shows, said, right));
      }
    }
    if (!query(shows).equals(query(Long.MAX_VALUE))) {
      throw new Violation("the view has stayed behind, at version " + shows);
    }
  }

  private Map<Integer, String> said(long version) {
    Map<Integer, String> said = new TreeMap<>();
    for (InternalRow row : rows.of("totals", rows.files("totals", version), TOTALS)) {
      if (said.put(row.getInt(0), row.getLong(1) + " " + row.getLong(2)) != null) {
        throw new Violation("the view has the group " + row.getInt(0) + " twice");
      }
    }
    return said;
  }

  private Map<Integer, String> query(long version) {
    Map<Integer, long[]> groups = new TreeMap<>();
    for (String position : rows.positions("silver", rows.files("silver", version))) {
      Record each = records.get(position);
      long[] sums = groups.computeIfAbsent(each.amount() % 4, k -> new long[2]);
      sums[0]++;
      sums[1] += each.id();
    }
    Map<Integer, String> result = new TreeMap<>();
    groups.forEach((k, sums) -> result.put(k, sums[0] + " " + sums[1]));
    return result;
  }
}
