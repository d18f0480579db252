package io.lakebeam.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.function.UserFunction;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLClassLoader;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.api.java.UDF4;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions that were written for Spark, as they are. */
class SparkFunctionTest {
  /** The usual kind; other methods of the name are not meant. */
  public static final class Repeated implements UDF2<String, Integer, String> {
    @Override
    public String call(String text, Integer times) {
      return text == null ? "nothing" : text.repeat(times);
    }

    public String call(String text) {
      return text;
    }
  }

  /** What it takes and gives is said by those who extend it. */
  public abstract static class Mapped<A, B> implements UDF1<A, List<B>> {
    protected abstract B one(A value);

    @Override
    public List<B> call(A value) {
      return Arrays.asList(one(value), null);
    }
  }

  /** Of two numbers, one of them no number. */
  public static final class Longer extends Mapped<Integer, Long> {
    @Override
    protected Long one(Integer value) {
      return value + 3_000_000_000L;
    }
  }

  /** Says nothing of its types. */
  @SuppressWarnings("rawtypes")
  public static final class Untyped implements UDF1 {
    @Override
    public Object call(Object value) {
      return value instanceof Integer number ? BigDecimal.valueOf(number, 1) : value.toString();
    }
  }

  /** Which objects it gets. */
  public static final class Classes implements UDF4<Object, Object, Object, Object, String> {
    @Override
    public String call(Object a, Object b, Object c, Object d) {
      return a.getClass().getSimpleName()
          + b.getClass().getSimpleName()
          + c.getClass().getSimpleName()
          + (d instanceof List<?> list ? list.get(0).getClass().getSimpleName() : d);
    }
  }

  /** Of java.sql, as Spark hands times out. */
  public static final class Later implements UDF3<Timestamp, Date, BigDecimal, Timestamp> {
    @Override
    public Timestamp call(Timestamp at, Date day, BigDecimal seconds) {
      Instant later = at.toInstant().plusNanos(seconds.movePointRight(9).longValue());
      return day.toLocalDate().getDayOfMonth() == 31 ? null : Timestamp.from(later);
    }
  }

  /** Fails. */
  public static final class Failing implements UDF0<String> {
    @Override
    public String call() throws Exception {
      throw new Exception("the reason");
    }
  }

  /** Of a cluster's own kind of thing. */
  public static final class OfThreads implements UDF1<Thread, String> {
    @Override
    public String call(Thread thread) {
      return thread.getName();
    }
  }

  private static final String COLUMNS = "s STRING, n INT, at TIMESTAMP, day DATE, a ARRAY<INT>";
  private static final Instant AT = Instant.parse("1582-10-04T03:04:05.000007Z");

  private static TestingQuery query() {
    return new TestingQuery(
        COLUMNS,
        Map.of(),
        Map.of(
            "repeated", new UserFunction("REPEATED", Repeated.class, "call"),
            "longer", new UserFunction("LONGER", Longer.class, "call"),
            "untyped", new UserFunction("UNTYPED", Untyped.class, "call", type("DECIMAL(5,2)")),
            "texts", new UserFunction("TEXTS", Untyped.class, "call", type("STRING")),
            "classes", new UserFunction("CLASSES", Classes.class, "call"),
            "later", new UserFunction("LATER", Later.class, "call"),
            "failing", new UserFunction("FAILING", Failing.class, "call")));
  }

  private static DataType type(String ddl) {
    return SparkTypes.of(SchemaDdl.parseType(ddl));
  }

  private static String answer(String expression) throws Exception {
    TestingQuery query = query();
    return query
        .of(
            "SELECT " + expression + " AS x FROM t",
            query.row("ab", 2, AT, LocalDate.of(2026, 3, 1), List.of(1)))
        .get(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "REPEATED(s, n) # [abab]",
        "REPEATED(s, CAST(n AS BIGINT)) # [abab]",
        "repeated(NULL, n) # [nothing]",
        "LONGER(n) # [[3000000002, null]]",
        "UNTYPED(n) # [0.20]",
        "TEXTS(day) # [2026-03-01]",
        "TEXTS(at) # [1582-10-04 03:04:05.000007]",
        "CLASSES(n, s, at, a) # [IntegerStringTimestampInteger]",
        "CLASSES(CAST(1 AS TINYINT), 1.5, day, true) # [ByteBigDecimalDatetrue]",
        "LATER(at, day, 1.5) # [1582-10-04T03:04:06.500007Z]",
        "LATER(at, DATE'2026-01-31', 1) # [null]",
      })
  void classesWrittenForSparkAreCalled(String callAndAnswer) throws Exception {
    String[] parts = callAndAnswer.split(" # ");
    assertEquals(parts[1], answer(parts[0]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FAILING() # the reason",
        "UNTYPED(s) # UNTYPED",
        "UNTYPED(100000) # NUMERIC_VALUE_OUT_OF_RANGE",
      })
  void whatFailsFailsTheRow(String callAndReason) {
    String[] parts = callAndReason.split(" # ");
    RowProgram.RowFailedException e =
        assertThrows(RowProgram.RowFailedException.class, () -> answer(parts[0]));
    assertTrue(e.getMessage().contains(parts[1]), e.getMessage());
  }

  @Test
  void aClassThatCannotBeCalledSaysWhy() {
    assertTrue(
        refusal(Untyped.class, null).contains("does not say what it returns: declare it"),
        refusal(Untyped.class, null));
    assertTrue(
        refusal(OfThreads.class, null).contains("takes a java.lang.Thread"),
        refusal(OfThreads.class, null));
    assertTrue(
        refusal(Untyped.class, type("STRUCT<a: INT>")).contains("returns a STRUCT<a: INT"),
        refusal(Untyped.class, type("STRUCT<a: INT>")));
    assertThrows(
        InvalidQueryException.class,
        () -> query().query("SELECT TEXTS(named_struct('a', n)) AS x FROM t"));
  }

  private static String refusal(Class<?> type, DataType returns) {
    return assertThrows(
            IllegalArgumentException.class, () -> new UserFunction("F", type, "call", returns))
        .getMessage();
  }

  /** On a laptop there is no Spark that brings them. */
  @Test
  void theInterfacesComeWithLakebeam() throws Exception {
    URL ours = UserFunction.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader alone =
        new URLClassLoader(new URL[] {ours}, ClassLoader.getPlatformClassLoader())) {
      for (int i = 0; i <= 22; i++) {
        Class<?> type = alone.loadClass("org.apache.spark.sql.api.java.UDF" + i);
        assertEquals(i + 1, type.getTypeParameters().length);
        Method call = type.getMethods()[0];
        assertEquals("call", call.getName());
        assertEquals(i, call.getParameterCount());
      }
    }
  }
}
