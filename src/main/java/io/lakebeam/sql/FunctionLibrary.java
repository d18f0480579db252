package io.lakebeam.sql;

import java.io.Serializable;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
import org.apache.beam.sdk.extensions.sql.SqlTransform;
import org.apache.beam.sdk.extensions.sql.impl.ScalarFunctionImpl;
import org.apache.beam.sdk.extensions.sql.impl.planner.BeamJavaTypeFactory;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.jdbc.CalciteSchema;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.schema.Function;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlOperatorTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlOperatorTables;

/**
 * The functions of Lakebeam's SQL: Spark's, by name and meaning, on top of Beam SQL's. A query is
 * parsed, rewritten, and its text handed to Beam:
 *
 * <pre>{@code
 * FunctionLibrary library = FunctionLibrary.standard();
 * SqlNode query = library.rewrite(SqlText.parse(sql));
 * rows.apply(library.register(SqlTransform.query(SqlText.unparse(query))));
 * }</pre>
 *
 * Immutable, serializable.
 */
public final class FunctionLibrary implements Serializable {
  private static final Pattern BEHIND_CAST = Pattern.compile("\\b(TRY_|)CAST_([A-Z]+)\\b");
  private static final Pattern BEHIND_NUMBER = Pattern.compile("\\b(FLOOR|CEIL)_NUMBER\\b");
  private static final FunctionLibrary STANDARD = new FunctionLibrary(Map.of());

  /** By name in upper case. */
  private final Map<String, Class<?>> userFunctions;

  /**
   * A function in a query.
   *
   * @param name in upper case
   * @param position where it stands in the query's text
   */
  public record Use(String name, SqlParserPos position) {}

  private FunctionLibrary(Map<String, Class<?>> userFunctions) {
    this.userFunctions = userFunctions;
  }

  /** The library without functions of the user. */
  public static FunctionLibrary standard() {
    return STANDARD;
  }

  /**
   * This library and functions of the user, who writes their names in any case. They replace
   * functions of the library of the same name.
   *
   * @param functions a {@link BeamSqlUdf} or a {@link SerializableFunction} with a public
   *     constructor without arguments, by name
   * @throws IllegalArgumentException for any other class; the message says which and why
   */
  public FunctionLibrary with(Map<String, Class<?>> functions) {
    Map<String, Class<?>> all = new TreeMap<>(userFunctions);
    functions.forEach(
        (name, type) -> {
          function(name, type);
          all.put(name.toUpperCase(Locale.ROOT), type);
        });
    return new FunctionLibrary(all);
  }

  /**
   * The query in terms Beam SQL understands once the library is registered. Nodes keep the
   * positions of what they replace; the tree given is not changed. Rewriting twice changes nothing
   * more.
   *
   * @throws SqlSyntaxException for what can be seen to be wrong without knowing any table
   */
  public SqlNode rewrite(SqlNode query) {
    return query.accept(new TreeRewriter(userFunctions.keySet()));
  }

  /**
   * Uses of functions whose answer would differ when an epoch is replayed, in the order of the
   * query. Current dates and timestamps are not among them: see {@link #currentTime}.
   */
  public List<Use> nonDeterministic(SqlNode query) {
    return Replay.refused(query);
  }

  /**
   * The query with CURRENT_TIMESTAMP, NOW(), CURRENT_DATE and their like taken from a timestamp
   * column, so that they do not change when an epoch is replayed. In a SELECT from several tables
   * the column is that of the first one; in a grouped one the column must be grouped by.
   */
  public SqlNode currentTime(SqlNode query, String column) {
    return Replay.bind(query, column);
  }

  /** The transform with everything {@link #rewrite} may have put into its query. */
  public SqlTransform register(SqlTransform transform) {
    // Beam would load table providers whose systems' libraries are not here, and fail.
    SqlTransform registered =
        transform.withQueryPlannerClass(LibraryPlanner.class).withAutoLoading(false);
    for (Map.Entry<String, Class<?>> function : userFunctions.entrySet()) {
      registered = register(registered, function.getKey(), function.getValue());
    }
    return registered;
  }

  private static SqlTransform register(SqlTransform transform, String name, Class<?> type) {
    return BeamSqlUdf.class.isAssignableFrom(type)
        ? transform.registerUdf(name, type.asSubclass(BeamSqlUdf.class))
        : transform.registerUdf(name, (SerializableFunction<?, ?>) instance(name, type));
  }

  /**
   * All functions a rewritten query may use, for a validator: the library's, the user's, and
   * Calcite's standard ones, in this order of precedence.
   */
  public SqlOperatorTable operators() {
    CalciteSchema root = CalciteSchema.createRootSchema(false, false);
    functions().forEach((name, function) -> root.plus().add(name, function));
    CalciteCatalogReader users =
        new CalciteCatalogReader(
            root,
            List.of(),
            BeamJavaTypeFactory.INSTANCE,
            new CalciteConnectionConfigImpl(new Properties()));
    return new LibraryOperators(
        SqlOperatorTables.chain(users, SqlStdOperatorTable.instance()), userFunctions::containsKey);
  }

  /**
   * A validator's message in the words of the query's author, who has written {@code CAST(a AS
   * INT)} and has never seen {@code CAST_INT(a)}.
   */
  public static String readable(String message) {
    return BEHIND_NUMBER
        .matcher(BEHIND_CAST.matcher(message).replaceAll("$1CAST AS $2"))
        .replaceAll("$1");
  }

  /** The user's functions alone, as Calcite sees them. */
  public Map<String, Function> functions() {
    Map<String, Function> functions = new LinkedHashMap<>();
    userFunctions.forEach((name, type) -> functions.put(name, function(name, type)));
    return functions;
  }

  private static Function function(String name, Class<?> type) {
    instance(name, type);
    String method =
        BeamSqlUdf.class.isAssignableFrom(type)
            ? BeamSqlUdf.UDF_METHOD
            : SerializableFunction.class.isAssignableFrom(type) ? "apply" : "";
    List<Method> methods = new ArrayList<>();
    for (Method candidate : type.getMethods()) {
      if (candidate.getName().equals(method) && !candidate.isBridge()) {
        methods.add(candidate);
      }
    }
    if (methods.isEmpty()) {
      throw new IllegalArgumentException(
          type.getName()
              + " is no function: "
              + name
              + " needs a BeamSqlUdf with a public method eval, or a SerializableFunction");
    }
    return ScalarFunctionImpl.create(methods.get(0));
  }

  private static Object instance(String name, Class<?> type) {
    try {
      return type.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          type.getName()
              + " cannot be made: function "
              + name
              + " needs a public class with a public constructor without arguments",
          e);
    }
  }
}
