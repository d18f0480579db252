package io.lakebeam.catalyst;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.shaded.spark.SparkThrowable;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.internal.SQLConf;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The calls that Spark documents for its functions, evaluated in both of Catalyst's ways: nothing
 * is missing that a function needs when it runs. Where an answer is not the documented one, a list
 * says why.
 */
class ExamplesTest {
  private final Catalyst catalyst = new Catalyst(Map.of());

  @Test
  void functionsAnswerAsDocumented() throws IOException {
    SQLConf.get().setConfString("spark.sql.timeType.enabled", "true");
    Map<String, String> reasons = reasons();
    Set<String> used = new TreeSet<>();
    List<String> unexplained = new ArrayList<>();
    int count = 0;
    for (Map.Entry<String, String> example : Documented.examples().entrySet()) {
      count++;
      String told = told(example.getKey());
      if (!matches(told, example.getValue())) {
        String reason = reason(example.getKey(), told, reasons);
        if (reason == null) {
          unexplained.add(example.getKey() + "\n  is " + told + "\n  not " + example.getValue());
        } else {
          used.add(reason);
        }
      }
    }
    assertTrue(count > 1_100, "examples: " + count);
    assertEquals("", String.join("\n", unexplained));
    Set<String> idle = new TreeSet<>(reasons.keySet());
    idle.removeAll(used);
    assertEquals(Set.of(), idle, "reasons for what is as documented");
  }

  /** What both ways answer, or why not. */
  private String told(String sql) {
    try {
      LogicalPlan plan = catalyst.plan(sql);
      String first = text(plan, new Execution(false).rows(plan));
      String second = text(plan, new Execution(true).rows(plan));
      return first.equals(second) ? first : first + " but generated " + second;
    } catch (Execution.NotExecuted e) {
      return "not executed: " + e.getMessage();
    } catch (Exception e) {
      return e instanceof SparkThrowable spark && spark.getCondition() != null
          ? "[" + spark.getCondition() + "]"
          : e.toString().lines().findFirst().orElse("");
    }
  }

  private static String text(LogicalPlan plan, List<InternalRow> rows) {
    StringJoiner lines = new StringJoiner("\n");
    for (InternalRow row : rows) {
      StringJoiner line = new StringJoiner("\t");
      List<Attribute> columns = Scala.list(plan.output());
      for (int i = 0; i < columns.size(); i++) {
        line.add(ValueText.shown(row, i, columns.get(i).dataType()));
      }
      lines.add(line.toString());
    }
    return lines.toString();
  }

  /**
   * Documented texts have blanks where they are broken, and name a condition without its brothers.
   */
  private static boolean matches(String told, String documented) {
    String found = told.replaceAll("\\s+", " ").strip();
    String wanted = documented.replaceAll("\\s+", " ").strip();
    return found.equals(wanted) || found.startsWith("[") && wanted.startsWith(found);
  }

  private static String reason(String sql, String told, Map<String, String> reasons) {
    return reasons.keySet().stream()
        .filter(each -> sql.contains(each) || told.contains(each))
        .max(Comparator.comparingInt(String::length))
        .orElse(null);
  }

  private static Map<String, String> reasons() throws IOException {
    Map<String, String> reasons = new TreeMap<>();
    try (InputStream in = ExamplesTest.class.getResourceAsStream("not-as-documented.txt")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split("\\s{2,}", 2))
          .forEach(line -> reasons.put(line[0], line[1]));
    }
    return reasons;
  }
}
