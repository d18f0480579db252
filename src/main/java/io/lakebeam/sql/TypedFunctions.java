package io.lakebeam.sql;

import static io.lakebeam.sql.Kind.ANY;
import static io.lakebeam.sql.Kind.BIGINT;
import static io.lakebeam.sql.Kind.DATE;
import static io.lakebeam.sql.Kind.DECIMAL;
import static io.lakebeam.sql.Kind.DOUBLE;
import static io.lakebeam.sql.Kind.FLOAT;
import static io.lakebeam.sql.Kind.INT;
import static io.lakebeam.sql.Kind.STRING;
import static io.lakebeam.sql.Kind.TIMESTAMP;

import io.lakebeam.sql.function.Comparisons;
import io.lakebeam.sql.function.Conversions;
import io.lakebeam.sql.function.DatePatterns;
import io.lakebeam.sql.function.Elements;
import io.lakebeam.sql.function.Numbers;
import io.lakebeam.sql.function.Patterns;
import io.lakebeam.sql.function.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.linq4j.tree.Expression;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.linq4j.tree.Expressions;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rex.RexCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCallBinding;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeName;

/** Functions whose type, or whose code, depends on the types of their arguments. */
final class TypedFunctions {
  /** What CAST and TRY_CAST go to, besides DECIMAL. */
  static final List<Kind> CASTS =
      List.of(Kind.BOOLEAN, INT, BIGINT, FLOAT, DOUBLE, STRING, Kind.BINARY, DATE, TIMESTAMP);

  private static final String TRY = "TRY_";
  private static final int MAX_PRECISION = 38;

  private final List<LibraryFunction> all = new ArrayList<>();

  private TypedFunctions() {}

  static List<LibraryFunction> all() {
    TypedFunctions functions = new TypedFunctions();
    functions.casts();
    functions.times();
    functions.comparisons();
    functions.collections();
    functions.numbers();
    return functions.all;
  }

  static String cast(Kind to, boolean failing) {
    return (failing ? "" : TRY) + "CAST_" + to.name();
  }

  private void casts() {
    for (boolean failing : new boolean[] {true, false}) {
      for (Kind to : CASTS) {
        add(
            cast(to, failing),
            List.of(ANY),
            1,
            call -> castable(call, to).type(call.getTypeFactory()),
            (call, arguments) -> cast(call, arguments.get(0), to, failing));
      }
      add(
          cast(DECIMAL, failing),
          List.of(ANY, INT, INT),
          3,
          TypedFunctions::decimal,
          (call, arguments) -> castDecimal(call, arguments, failing));
    }
  }

  private static Kind castable(SqlOperatorBinding call, Kind to) {
    if (!Kind.of(call.getOperandType(0)).isCastable(to) && call instanceof SqlCallBinding binding) {
      throw binding.newValidationSignatureError();
    }
    return to;
  }

  private static RelDataType decimal(SqlOperatorBinding call) {
    castable(call, DECIMAL);
    return call.getTypeFactory()
        .createSqlType(
            SqlTypeName.DECIMAL,
            call.getOperandLiteralValue(1, Integer.class),
            call.getOperandLiteralValue(2, Integer.class));
  }

  private static Expression cast(RexCall call, Expression value, Kind to, boolean failing) {
    Kind from = Kind.of(call.getOperands().get(0).getType());
    Expression result = from.convert(value, to);
    return failing && from.mayFail(to) ? required(result, value, to.name(), to) : result;
  }

  private static Expression castDecimal(RexCall call, List<Expression> arguments, boolean failing) {
    Kind from = Kind.of(call.getOperands().get(0).getType());
    Expression value = arguments.get(0);
    Expression source =
        from == TIMESTAMP || from == Kind.NULL ? from.convert(value, DECIMAL) : value;
    Expression result =
        Expressions.call(
            Conversions.class,
            "toDecimal",
            Expressions.convert_(source, Object.class),
            Expressions.unbox(Expressions.convert_(arguments.get(1), Integer.class)),
            Expressions.unbox(Expressions.convert_(arguments.get(2), Integer.class)));
    String type =
        "DECIMAL(" + call.getType().getPrecision() + "," + call.getType().getScale() + ")";
    return failing ? required(result, value, type, DECIMAL) : result;
  }

  private static Expression required(Expression result, Expression value, String type, Kind to) {
    return Expressions.convert_(
        Expressions.call(
            Conversions.class,
            "required",
            Expressions.convert_(result, Object.class),
            Expressions.convert_(Expressions.box(value), Object.class),
            Expressions.constant(type)),
        to.javaClass());
  }

  private void times() {
    add(
        "TO_DATE",
        List.of(ANY, STRING),
        1,
        call -> castable(call, DATE).type(call.getTypeFactory()),
        (call, arguments) -> parsed(call, arguments, DATE, "toDate"));
    add(
        "TO_TIMESTAMP",
        List.of(ANY, STRING),
        1,
        call -> castable(call, TIMESTAMP).type(call.getTypeFactory()),
        (call, arguments) -> parsed(call, arguments, TIMESTAMP, "toTimestamp"));
    for (String name : List.of("UNIX_TIMESTAMP", "TO_UNIX_TIMESTAMP")) {
      add(
          name,
          List.of(ANY, STRING),
          1,
          call ->
              castable(call, TIMESTAMP).type(call.getTypeFactory()) == null ? null : bigint(call),
          (call, arguments) -> seconds(call, arguments));
    }
    add(
        "UNIX_SECONDS",
        List.of(TIMESTAMP),
        1,
        TypedFunctions::bigint,
        LibraryFunction.method(Conversions.class, "secondsOfTimestamp"));
    add(
        "TIMESTAMP_SECONDS",
        List.of(ANY),
        1,
        call -> castable(call, TIMESTAMP).type(call.getTypeFactory()),
        (call, arguments) ->
            Kind.of(call.getOperands().get(0).getType()).convert(arguments.get(0), TIMESTAMP));
  }

  private static RelDataType bigint(SqlOperatorBinding call) {
    return BIGINT.type(call.getTypeFactory());
  }

  private static Expression parsed(
      RexCall call, List<Expression> arguments, Kind to, String withPattern) {
    Kind from = Kind.of(call.getOperands().get(0).getType());
    return from == STRING && arguments.size() == 2
        ? Expressions.call(
            DatePatterns.class, withPattern, text(arguments.get(0)), text(arguments.get(1)))
        : from.convert(arguments.get(0), to);
  }

  private static Expression seconds(RexCall call, List<Expression> arguments) {
    Kind from = Kind.of(call.getOperands().get(0).getType());
    if (from != STRING) {
      return Expressions.call(
          Conversions.class,
          "truncatedSecondsOfTimestamp",
          from.convert(arguments.get(0), TIMESTAMP));
    }
    return arguments.size() == 1
        ? Expressions.call(DatePatterns.class, "toSeconds", text(arguments.get(0)))
        : Expressions.call(
            DatePatterns.class, "toSeconds", text(arguments.get(0)), text(arguments.get(1)));
  }

  private static Expression text(Expression value) {
    return Expressions.convert_(value, String.class);
  }

  private void comparisons() {
    for (String name : List.of("GREATEST", "LEAST")) {
      repeating(
          name,
          List.of(ANY),
          2,
          TypedFunctions::common,
          (call, arguments) -> {
            Kind kind = Kind.of(call.getType());
            List<Expression> same = new ArrayList<>();
            for (int i = 0; i < arguments.size(); i++) {
              Kind from = Kind.of(call.getOperands().get(i).getType());
              same.add(Expressions.convert_(from.convert(arguments.get(i), kind), Object.class));
            }
            return Expressions.convert_(
                Expressions.call(
                    Comparisons.class,
                    name.toLowerCase(Locale.ROOT),
                    Expressions.newArrayInit(Object.class, same)),
                kind.javaClass());
          });
    }
  }

  /** The type all arguments have in common; strings of any length are just strings. */
  private static RelDataType common(SqlOperatorBinding call) {
    RelDataTypeFactory factory = call.getTypeFactory();
    RelDataType type = factory.leastRestrictive(call.collectOperandTypes());
    if (type == null) {
      throw call instanceof SqlCallBinding binding
          ? binding.newValidationSignatureError()
          : new IllegalArgumentException("no common type: " + call.collectOperandTypes());
    }
    return Kind.of(type) == STRING ? STRING.type(factory) : type;
  }

  private void collections() {
    add(
        "LENGTH",
        List.of(ANY),
        1,
        call -> castable(call, STRING) == STRING ? INT.type(call.getTypeFactory()) : null,
        (call, arguments) -> {
          Kind from = Kind.of(call.getOperands().get(0).getType());
          return Expressions.call(
              Text.class,
              "length",
              from == Kind.BINARY ? arguments.get(0) : from.convert(arguments.get(0), STRING));
        });
    repeating("CONCAT", List.of(STRING), 1, string(), joined("concat"));
    repeating("CONCAT_WS", List.of(STRING, ANY), 1, string(), TypedFunctions::concatWs);
    add("SPLIT", List.of(STRING, STRING, INT), 2, strings(), patterns("split"));
    add("REGEXP_EXTRACT_ALL", List.of(STRING, STRING, INT), 2, strings(), patterns("extractAll"));
    for (String name : List.of("GET", "ELEMENT_AT")) {
      add(
          name,
          List.of(ANY, ANY),
          2,
          TypedFunctions::element,
          (call, arguments) ->
              Expressions.convert_(
                  Expressions.call(
                      Elements.class,
                      name.equals("GET") ? "at" : "elementAt",
                      Expressions.convert_(arguments.get(0), Object.class),
                      Expressions.convert_(key(call, arguments.get(1)), Object.class)),
                  Kind.of(call.getType()).javaClass()));
    }
    add(
        "SIZE",
        List.of(ANY),
        1,
        call -> INT.type(call.getTypeFactory()),
        LibraryFunction.method(Elements.class, "size"));
    add(
        "ARRAY_CONTAINS",
        List.of(Kind.ARRAY, ANY),
        2,
        call -> Kind.BOOLEAN.type(call.getTypeFactory()),
        LibraryFunction.method(Elements.class, "contains"));
    add(
        "ARRAY_JOIN",
        List.of(Kind.ARRAY, STRING, STRING),
        2,
        string(),
        LibraryFunction.method(Elements.class, "join"));
  }

  private static Expression key(RexCall call, Expression key) {
    RelDataType values = call.getOperands().get(0).getType();
    Kind given = Kind.of(call.getOperands().get(1).getType());
    return given.convert(key, Kind.of(values) == Kind.MAP ? Kind.of(values.getKeyType()) : INT);
  }

  private static RelDataType element(SqlOperatorBinding call) {
    RelDataType values = call.getOperandType(0);
    switch (Kind.of(values)) {
      case ARRAY:
        return values.getComponentType();
      case MAP:
        return values.getValueType();
      default:
        throw call instanceof SqlCallBinding binding
            ? binding.newValidationSignatureError()
            : new IllegalArgumentException("neither array nor map: " + values);
    }
  }

  private static Expression concatWs(RexCall call, List<Expression> arguments) {
    List<Expression> parts = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      Kind from = Kind.of(call.getOperands().get(i).getType());
      parts.add(
          Expressions.convert_(
              from == Kind.ARRAY ? arguments.get(i) : from.convert(arguments.get(i), STRING),
              Object.class));
    }
    return Expressions.call(Text.class, "concatWs", Expressions.newArrayInit(Object.class, parts));
  }

  private static LibraryFunction.Code joined(String method) {
    return (call, arguments) ->
        Expressions.call(Text.class, method, Expressions.newArrayInit(Object.class, arguments));
  }

  private static LibraryFunction.Code patterns(String method) {
    return LibraryFunction.method(Patterns.class, method);
  }

  private static LibraryFunction.Result string() {
    return call -> STRING.type(call.getTypeFactory());
  }

  private static LibraryFunction.Result strings() {
    return call ->
        call.getTypeFactory()
            .createArrayType(
                call.getTypeFactory()
                    .createTypeWithNullability(STRING.type(call.getTypeFactory()), true),
                -1);
  }

  private void numbers() {
    add("ROUND", List.of(ANY, INT), 1, TypedFunctions::rounded, numeric("round"));
    // FLOOR and CEIL themselves have a syntax of their own: FLOOR(time TO HOUR).
    add("FLOOR_NUMBER", List.of(ANY), 1, TypedFunctions::whole, numeric("floor"));
    add("CEIL_NUMBER", List.of(ANY), 1, TypedFunctions::whole, numeric("ceil"));
    add("PMOD", List.of(ANY, ANY), 2, TypedFunctions::remainder, numeric("pmod"));
  }

  /** Calls the overload for the widest kind among the arguments. */
  private static LibraryFunction.Code numeric(String method) {
    return (call, arguments) -> {
      Kind result = Kind.of(call.getType());
      boolean round = method.equals("round");
      Kind kind = Kind.of(call.getOperands().get(0).getType());
      Kind working =
          kind == DECIMAL && !method.equals("pmod")
              ? DECIMAL
              : method.equals("pmod")
                  ? result
                  : kind == Kind.SMALL || kind == INT || kind == BIGINT ? BIGINT : DOUBLE;
      List<Expression> typed = new ArrayList<>();
      for (int i = 0; i < arguments.size(); i++) {
        Kind from = Kind.of(call.getOperands().get(i).getType());
        typed.add(i == 1 && round ? arguments.get(i) : from.convert(arguments.get(i), working));
      }
      return working.convert(Expressions.call(Numbers.class, method, typed), result);
    };
  }

  private static RelDataType rounded(SqlOperatorBinding call) {
    RelDataType type = numeric(call, 0);
    if (Kind.of(type) != DECIMAL) {
      return Kind.of(type) == Kind.SMALL ? INT.type(call.getTypeFactory()) : plain(call, type);
    }
    Integer asked =
        call.getOperandCount() == 1
            ? Integer.valueOf(0)
            : call.isOperandLiteral(1, false)
                ? call.getOperandLiteralValue(1, Integer.class)
                : null;
    int scale = asked == null ? type.getScale() : Math.max(Math.min(type.getScale(), asked), 0);
    int precision = Math.min(type.getPrecision() - type.getScale() + scale + 1, MAX_PRECISION);
    return call.getTypeFactory().createSqlType(SqlTypeName.DECIMAL, precision, scale);
  }

  private static RelDataType plain(SqlOperatorBinding call, RelDataType type) {
    return Kind.of(type) == STRING || Kind.of(type) == Kind.NULL
        ? DOUBLE.type(call.getTypeFactory())
        : type;
  }

  private static RelDataType whole(SqlOperatorBinding call) {
    RelDataType type = numeric(call, 0);
    if (Kind.of(type) != DECIMAL) {
      return bigint(call);
    }
    int precision = Math.min(type.getPrecision() - type.getScale() + 1, MAX_PRECISION);
    return call.getTypeFactory().createSqlType(SqlTypeName.DECIMAL, precision, 0);
  }

  private static RelDataType remainder(SqlOperatorBinding call) {
    boolean whole = isWhole(numeric(call, 0)) && isWhole(numeric(call, 1));
    return whole ? bigint(call) : DOUBLE.type(call.getTypeFactory());
  }

  private static boolean isWhole(RelDataType type) {
    Kind kind = Kind.of(type);
    return kind == Kind.SMALL || kind == INT || kind == BIGINT;
  }

  private static RelDataType numeric(SqlOperatorBinding call, int operand) {
    RelDataType type = call.getOperandType(operand);
    if (!Kind.of(type).isImplicitly(DOUBLE) && call instanceof SqlCallBinding binding) {
      throw binding.newValidationSignatureError();
    }
    return type;
  }

  private void add(
      String name,
      List<Kind> parameters,
      int required,
      LibraryFunction.Result result,
      LibraryFunction.Code code) {
    all.add(new LibraryFunction(name, parameters, required, false, result, code));
  }

  private void repeating(
      String name,
      List<Kind> parameters,
      int required,
      LibraryFunction.Result result,
      LibraryFunction.Code code) {
    all.add(new LibraryFunction(name, parameters, required, true, result, code));
  }
}
