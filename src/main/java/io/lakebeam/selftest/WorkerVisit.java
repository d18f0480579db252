package io.lakebeam.selftest;

import io.lakebeam.doctor.Outcome;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.runner.Workers;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.spec.QueryText;
import io.lakebeam.sql.FunctionLibrary;
import io.lakebeam.sql.InvalidQueryException;
import io.lakebeam.sql.QueryAnalyzer;
import io.lakebeam.sql.RowProgram;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;

/** Looks at a worker's process, and has it plan and evaluate a query. */
final class WorkerVisit implements Workers.Task<WorkerVisit.Said> {
  private static final long serialVersionUID = 1;

  private static final String QUERY =
      "SELECT CONCAT(UPPER(city), ' ', CAST(id * 2 AS STRING)) AS said FROM t WHERE id > 1";

  private static final String ANSWER = "ROME 42";

  /**
   * What a process is like.
   *
   * @param answer of a query; the error's text when it failed
   */
  record Said(String process, String zone, boolean isUtc, String answer) implements Serializable {}

  @Override
  public Said call(int number) {
    TimeZone zone = TimeZone.getDefault();
    return new Said(process(), zone.getID(), isUtc(zone), answer());
  }

  /** Host and number, for people. */
  static String process() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "unknown host";
    }
    return ProcessHandle.current().pid() + "@" + host;
  }

  static boolean isUtc(TimeZone zone) {
    return zone.getRawOffset() == 0 && !zone.useDaylightTime();
  }

  static Outcome answer(Said said) {
    return said.answer().equals(ANSWER)
        ? new Outcome.Ok("a query is compiled and gives the right answer")
        : new Outcome.Failed(
            ErrorCode.MACHINE_UNFIT,
            "a query cannot be compiled, or gives a wrong answer",
            said.answer(),
            "See which janino the line of the libraries names: 3.0.16 and 3.1.9 were tried");
  }

  private static String answer() {
    TableSchema schema =
        TableSchema.of(
            Column.required("id", Primitive.BIGINT), Column.required("city", Primitive.STRING));
    TableSchema said = TableSchema.of(Column.nullable("said", Primitive.STRING));
    try {
      QueryAnalyzer analyzer = new QueryAnalyzer(FunctionLibrary.standard(), Map.of(), Set.of());
      analyzer.declare("t", schema);
      RowProgram program = analyzer.rowQuery(new QueryText("self-test", QUERY, QUERY)).as(said);
      InternalRow row = new GenericInternalRow(new Object[] {21L, UTF8String.fromString("rome")});
      List<String> answers = new ArrayList<>();
      program.evaluator().evaluate(row, answer -> answers.add(answer.getString(0)));
      return answers.isEmpty() ? "no row" : answers.get(0);
    } catch (InvalidQueryException
        | RowProgram.RowFailedException
        | RuntimeException
        | LinkageError e) {
      return e.toString();
    }
  }
}
