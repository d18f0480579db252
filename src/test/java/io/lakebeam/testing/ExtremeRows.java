package io.lakebeam.testing;

import io.lakebeam.row.Microseconds;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Seeded values of every type, most of them at its edges. */
public final class ExtremeRows {
  /** As a pipeline file declares the columns. */
  public static final String SCHEMA =
      "id BIGINT, b BOOLEAN, i INT, n BIGINT, f FLOAT, d DOUBLE, m DECIMAL(38,0),"
          + " k DECIMAL(10,10), s STRING, t STRING, x BINARY, dt DATE, ts TIMESTAMP,"
          + " l ARRAY<ARRAY<STRING>>, h MAP<STRING,TIMESTAMP>";

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a".repeat(40),
          "a".repeat(40) + "!",
          "a".repeat(59) + "\ud83d\ude00tail",
          "\ud83d",
          "\ude00\ud83d",
          "x\u202e\u0000\u009b31m",
          "日".repeat(100),
          "1".repeat(1001),
          "1E999999999",
          "1E-999999999",
          "-0.0",
          "NaN",
          "12345678.905",
          "[".repeat(500),
          "{\"a\":" + "[".repeat(99) + "]".repeat(99) + "}",
          "a,b,,c",
          "$1\\",
          "../../x",
          "9999-12-31",
          "+290000-01-01 00:00:00");

  private final Random random;

  public ExtremeRows(Random random) {
    this.random = random;
  }

  /** Values by column; a column that is NULL is not there. */
  public List<Map<String, Object>> values(int rows) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      Map<String, Object> row = new TreeMap<>();
      put(row, "b", random::nextBoolean);
      put(row, "i", this::number);
      put(row, "n", this::bigNumber);
      put(row, "f", () -> (float) floating());
      put(row, "d", this::floating);
      put(
          row,
          "m",
          () -> new BigDecimal(any("0", "1", "-1", "9".repeat(38), "-" + "9".repeat(38))));
      put(row, "k", () -> new BigDecimal(any("0E-10", "0.0000000001", "-0.9999999999")));
      put(row, "s", this::text);
      put(row, "t", this::text);
      put(row, "x", () -> new byte[random.nextInt(3) * 500]);
      put(row, "dt", this::day);
      put(row, "ts", this::time);
      put(row, "l", () -> List.of(List.of(text()), List.of(), List.of(text(), text())));
      put(row, "h", () -> Map.of(text(), time()));
      all.add(row);
    }
    return all;
  }

  private void put(Map<String, Object> row, String column, Supplier<Object> value) {
    if (random.nextInt(8) > 0) {
      row.put(column, value.get());
    }
  }

  private String any(String... texts) {
    return texts[random.nextInt(texts.length)];
  }

  private int number() {
    int[] edges = {0, 1, -1, 40, 1_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE};
    return edges[random.nextInt(edges.length)];
  }

  private long bigNumber() {
    long[] edges = {
      0,
      1,
      -1,
      Long.MAX_VALUE,
      Long.MIN_VALUE,
      Long.MAX_VALUE / 1000,
      Long.MAX_VALUE / 1000 + 1,
      9_000_000_000_000_000_000L,
      253_402_300_799_999L,
      random.nextInt()
    };
    return edges[random.nextInt(edges.length)];
  }

  private double floating() {
    double[] edges = {
      0,
      -0.0,
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.MAX_VALUE,
      Double.MIN_VALUE,
      1e300,
      0.1,
      random.nextGaussian()
    };
    return edges[random.nextInt(edges.length)];
  }

  private String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private LocalDate day() {
    int[] edges = {0, -1, 2_932_896, -719_529, Integer.MAX_VALUE, Integer.MIN_VALUE};
    return LocalDate.ofEpochDay(edges[random.nextInt(edges.length)]);
  }

  /** As far as microseconds reach, and milliseconds, which is what queries see. */
  private Instant time() {
    long[] edges = {
      0,
      -1,
      Long.MAX_VALUE,
      Long.MIN_VALUE / 1000 * 1000,
      253_402_300_799_999_999L,
      -62_135_596_800_000_001L
    };
    return Microseconds.instant(edges[random.nextInt(edges.length)]);
  }
}
