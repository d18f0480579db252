package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.scala.runtime.AbstractFunction0;
import io.lakebeam.shaded.spark.SparkConf;
import io.lakebeam.shaded.spark.package$;
import io.lakebeam.shaded.spark.sql.catalyst.FunctionIdentifier;
import io.lakebeam.shaded.spark.sql.catalyst.QueryPlanningTracker;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.Analyzer;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.FunctionRegistry;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.SimpleFunctionRegistry;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.TableFunctionRegistry;
import io.lakebeam.shaded.spark.sql.catalyst.catalog.InMemoryCatalog;
import io.lakebeam.shaded.spark.sql.catalyst.catalog.SessionCatalog;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.optimizer.Optimizer;
import io.lakebeam.shaded.spark.sql.catalyst.parser.CatalystSqlParser$;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.connector.catalog.CatalogManager;
import io.lakebeam.shaded.spark.sql.connector.catalog.DefaultCatalogManager;
import io.lakebeam.shaded.spark.sql.internal.SQLConf;
import io.lakebeam.shaded.spark.util.Utils;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Catalyst with Lakebeam's settings: ANSI mode (Spark 4's default), time zone UTC, names without
 * regard to case. For all threads.
 */
public final class Engine {
  /** Call Java that a query's author names: a pipeline's files are data, and run no code. */
  private static final List<String> REFLECTION = List.of("reflect", "java_method", "try_reflect");

  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.sql.session.timeZone", "UTC",
          "spark.sql.ansi.enabled", "true",
          "spark.sql.caseSensitive", "false",
          // Plans are told apart by their texts, which Spark would cut.
          "spark.sql.debug.maxToStringFields", "1000000",
          // They make operators that only Spark's own execution has.
          "spark.sql.optimizer.excludedRules",
              "io.lakebeam.shaded.spark.sql.catalyst.optimizer.InferWindowGroupLimit,"
                  + "io.lakebeam.shaded.spark.sql.catalyst.optimizer.LimitPushDownThroughWindow");

  private static final FunctionRegistry FUNCTIONS;

  static {
    // Spark asks for the name of this machine otherwise, of a network that may not answer.
    Utils.setCustomHostname("localhost");
    SQLConf settings = settings();
    SQLConf.setSQLConfGetter(
        new AbstractFunction0<SQLConf>() {
          @Override
          public SQLConf apply() {
            return settings;
          }
        });
    SimpleFunctionRegistry functions = FunctionRegistry.builtin().clone();
    REFLECTION.forEach(name -> functions.dropFunction(builtIn(name)));
    FUNCTIONS = functions;
  }

  private final CatalogManager catalogs;
  private final Analyzer analyzer;
  private @Nullable Optimizer optimizer;

  /** With Spark's functions and those of the library. */
  public Engine(FunctionRegistry functions) {
    SessionCatalog catalog =
        new SessionCatalog(
            new InMemoryCatalog(new SparkConf(false), new Configuration(false)),
            functions,
            TableFunctionRegistry.builtin());
    catalogs = new DefaultCatalogManager(new NoCatalog(), catalog);
    analyzer = new Analyzer(catalogs, Analyzer.$lessinit$greater$default$2(), Option.empty());
  }

  /** How Spark calls a function of its own. */
  public static FunctionIdentifier builtIn(String name) {
    return new FunctionIdentifier(name, Option.apply("builtin"), Option.apply("system"));
  }

  /** Spark's functions, to which more can be added. */
  public static FunctionRegistry functions() {
    return FUNCTIONS.clone();
  }

  /** Makes sure that the settings hold before anything else of Catalyst is asked. */
  public static void start() {
    // The static initializer has run when this is called.
  }

  private static SQLConf settings() {
    SQLConf settings = new SQLConf();
    SETTINGS.forEach(settings::setConfString);
    return settings;
  }

  /** Makes code in which what expressions have in common is computed as often as it is written. */
  static <T> T sharingNothing(Supplier<T> maker) {
    SQLConf settings = settings();
    settings.setConfString("spark.sql.subexpressionElimination.enabled", "false");
    return SQLConf.withExistingConf(
        settings,
        new AbstractFunction0<T>() {
          @Override
          public T apply() {
            return maker.get();
          }
        });
  }

  /** Which Spark it is, for instance {@code 4.2.0}. */
  public static String version() {
    return package$.MODULE$.SPARK_VERSION();
  }

  /**
   * A statement as a plan that names relations and columns without knowing them.
   *
   * @throws io.lakebeam.shaded.spark.sql.catalyst.parser.ParseException when it is none
   */
  public static LogicalPlan parse(String sql) {
    return CatalystSqlParser$.MODULE$.parsePlan(sql);
  }

  /** A condition or another expression; as {@link #parse}. */
  static Expression parseExpression(String sql) {
    return CatalystSqlParser$.MODULE$.parseExpression(sql);
  }

  /**
   * The plan with every name resolved and every type checked.
   *
   * @throws io.lakebeam.shaded.spark.sql.AnalysisException for what is wrong with it
   */
  LogicalPlan analyze(LogicalPlan plan) {
    return analyzer.executeAndCheck(plan, new QueryPlanningTracker(Option.empty()));
  }

  /**
   * The plan as Spark's optimizer leaves it, which computes the same: subqueries are joins then,
   * and conditions stand where rows are read.
   */
  synchronized LogicalPlan optimize(LogicalPlan analyzed) {
    if (optimizer == null) {
      optimizer = new Optimizer(catalogs) {};
    }
    return (LogicalPlan) optimizer.execute(analyzed);
  }
}
