package io.lakebeam.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.sql.SqlTransform;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * Every expression of sql-functions.txt over every sample row, here and in Spark: the answers are
 * the same. What is known to differ stands in docs/reference/sql.md and not in that file.
 */
class FunctionLibraryIT {
  /** Generated code is one method a query, and a method has its limits. */
  private static final int PER_QUERY = 12;

  private static final int SHOWN = 50;

  private static final Map<String, Object> ANSWERS = new ConcurrentHashMap<>();
  private static final Object NULL = "<null>";

  /** Held, because loggers that nobody holds forget their level. */
  private static final List<Logger> LOGGERS =
      List.of(
          Logger.getLogger("org.apache.beam.sdk.extensions.sql"),
          Logger.getLogger("org.apache.spark"));

  static {
    // Plans of hundreds of columns; and a failed row would print the whole generated code.
    LOGGERS.forEach(logger -> logger.setLevel(Level.OFF));
  }

  /** An expression as typed here and as typed in Spark. */
  private record Case(String ours, String spark) {}

  @Test
  void answersAsSparkDoes() throws IOException {
    List<Case> cases = cases();
    runBeam(cases);
    List<String> differences = new ArrayList<>();
    try (SparkSession spark = session()) {
      Dataset<org.apache.spark.sql.Row> rows =
          spark.createDataFrame(SampleRows.spark(), SampleRows.SPARK);
      List<String> columns = new ArrayList<>(List.of("id"));
      for (int i = 0; i < cases.size(); i++) {
        columns.add(cases.get(i).spark() + " AS c" + i);
      }
      for (org.apache.spark.sql.Row row :
          rows.selectExpr(columns.toArray(String[]::new)).collectAsList()) {
        compare(cases, row, differences);
      }
    }
    assertEquals(
        "",
        differences.stream().limit(SHOWN).collect(Collectors.joining("\n")),
        "answers that differ");
  }

  private static void compare(
      List<Case> cases, org.apache.spark.sql.Row row, List<String> differences) {
    int id = row.getInt(0);
    Row input = SampleRows.beam().get(id);
    for (int i = 0; i < cases.size(); i++) {
      Object expected = comparable(row.get(i + 1));
      Object actual = ANSWERS.get(i + "/" + id);
      if (!expected.equals(actual)) {
        differences.add(
            cases.get(i).ours()
                + " is "
                + actual
                + ", in Spark "
                + expected
                + ", for "
                + input.getValues().subList(0, 11));
      }
    }
  }

  private static void runBeam(List<Case> cases) {
    Pipeline pipeline =
        Pipeline.create(PipelineOptionsFactory.fromArgs("--runner=DirectRunner").create());
    PCollection<Row> rows =
        pipeline.apply(Create.of(SampleRows.beam()).withRowSchema(SampleRows.BEAM));
    FunctionLibrary library = FunctionLibrary.standard();
    for (int start = 0; start < cases.size(); start += PER_QUERY) {
      StringBuilder sql = new StringBuilder("SELECT id");
      for (int i = start; i < Math.min(start + PER_QUERY, cases.size()); i++) {
        sql.append(", ").append(cases.get(i).ours()).append(" AS c").append(i);
      }
      String text = SqlText.unparse(library.rewrite(SqlText.parse(sql + " FROM PCOLLECTION")));
      rows.apply("SQL" + start, library.register(SqlTransform.query(text)))
          .apply("Keep" + start, ParDo.of(new Keep(start)));
    }
    pipeline.run().waitUntilFinish();
  }

  /** Puts answers where the test finds them: the direct runner is in the same process. */
  private static final class Keep extends DoFn<Row, Void> {
    private final int start;

    Keep(int start) {
      this.start = start;
    }

    @ProcessElement
    public void process(@Element Row row) {
      for (int i = 1; i < row.getFieldCount(); i++) {
        ANSWERS.put((start + i - 1) + "/" + row.getInt32("id"), comparable(row.getValue(i)));
      }
    }
  }

  private static Object comparable(Object value) {
    if (value == null) {
      return NULL;
    }
    if (value instanceof Integer || value instanceof Long || value instanceof Short) {
      return ((Number) value).longValue();
    }
    if (value instanceof Float || value instanceof Double) {
      double number = ((Number) value).doubleValue();
      return number == 0 ? (Object) 0.0 : (Object) number;
    }
    if (value instanceof BigDecimal) {
      return ((BigDecimal) value).stripTrailingZeros().toPlainString();
    }
    if (value instanceof Instant) {
      return "ts " + ((Instant) value).getMillis();
    }
    if (value instanceof java.time.Instant) {
      return "ts " + ((java.time.Instant) value).toEpochMilli();
    }
    if (value instanceof byte[]) {
      return HexFormat.of().formatHex((byte[]) value);
    }
    if (value instanceof scala.collection.Seq) {
      return comparable(
          scala.collection.JavaConverters.seqAsJavaList((scala.collection.Seq<?>) value));
    }
    if (value instanceof Iterable) {
      List<Object> all = new ArrayList<>();
      ((Iterable<?>) value).forEach(element -> all.add(comparable(element)));
      return all;
    }
    return value instanceof LocalDate ? value : value.toString();
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[1]")
        .config("spark.ui.enabled", false)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", false)
        .config("spark.sql.datetime.java8API.enabled", true)
        .config("spark.sql.legacy.timeParserPolicy", "CORRECTED")
        .config("spark.sql.parser.escapedStringLiterals", true)
        .getOrCreate();
  }

  private static List<Case> cases() throws IOException {
    try (InputStream in = FunctionLibraryIT.class.getResourceAsStream("sql-functions.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split(" ## ", 2))
          .map(parts -> new Case(parts[0].strip(), parts[parts.length - 1].strip()))
          .toList();
    }
  }
}
