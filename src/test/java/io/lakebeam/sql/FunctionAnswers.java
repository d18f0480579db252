package io.lakebeam.sql;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.sql.SqlTransform;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.joda.time.Instant;

/** The answers of every expression of sql-functions.txt over every sample row. */
public final class FunctionAnswers {
  /** Generated code is one method a query, and a method has its limits. */
  private static final int PER_QUERY = 12;

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

  private FunctionAnswers() {}

  /** An expression as typed here and as typed in Spark. */
  record Case(String ours, String spark) {}

  /** Writes the answers of this JVM's libraries into a file, a line each, sorted. */
  public static void main(String[] args) throws IOException {
    Files.write(Path.of(args[0]), lines());
  }

  /** The answers of this JVM's libraries as text, sorted. */
  public static List<String> lines() throws IOException {
    return all(cases()).entrySet().stream()
        .map(
            answer ->
                (answer.getKey() + " " + answer.getValue())
                    .replace("\n", "\\n")
                    .replace("\r", "\\r"))
        .sorted()
        .toList();
  }

  /** The answers by {@code number of the case/id of the row}; computed once. */
  static synchronized Map<String, Object> all(List<Case> cases) {
    if (ANSWERS.isEmpty()) {
      runBeam(cases);
    }
    return ANSWERS;
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

  static Object comparable(Object value) {
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

  static List<Case> cases() throws IOException {
    try (InputStream in = FunctionAnswers.class.getResourceAsStream("sql-functions.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split(" ## ", 2))
          .map(parts -> new Case(parts[0].strip(), parts[parts.length - 1].strip()))
          .toList();
    }
  }
}
