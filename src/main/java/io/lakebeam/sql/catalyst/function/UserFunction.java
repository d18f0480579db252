package io.lakebeam.sql.catalyst.function;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.scala.runtime.AbstractFunction1;
import io.lakebeam.shaded.spark.sql.catalyst.FunctionIdentifier;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.FunctionRegistry;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.errors.QueryCompilationErrors$;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.Engine;
import io.lakebeam.sql.catalyst.Scala;
import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A method in Java that queries call as a function.
 *
 * @param name as queries write it, in any case
 * @param type its class, with a public constructor without arguments unless the method is static
 * @param method its name; the class has one of it. One of Spark's interfaces {@code UDF0} to {@code
 *     UDF22} goes before any other method of the name
 * @param returns the type of its result; null where the method says that itself
 */
@SuppressWarnings("serial")
public record UserFunction(String name, Class<?> type, String method, @Nullable DataType returns)
    implements Serializable {
  /**
   * @throws IllegalArgumentException when it cannot be called; the message says why
   */
  public UserFunction {
    JavaMethod found = JavaMethod.of(type, method);
    for (Type parameter : found.parameters()) {
      if (JavaValues.of(parameter) == null) {
        throw new IllegalArgumentException(
            type.getName() + "." + method + " takes a " + parameter.getTypeName());
      }
    }
    if (returns == null && found.result() == Object.class) {
      throw new IllegalArgumentException(
          type.getName()
              + "."
              + method
              + " does not say what it returns: declare it, as in {class: "
              + type.getName()
              + ", returns: STRING}");
    }
    if (result(returns, found) == null) {
      String what = returns == null ? found.result().getTypeName() : returns.sql();
      throw new IllegalArgumentException(type.getName() + "." + method + " returns a " + what);
    }
    found.prepare();
  }

  /** A function that says itself what it returns. */
  public UserFunction(String name, Class<?> type, String method) {
    this(name, type, method, null);
  }

  /** True when the class is one of Spark's functions in Java, called through {@code call}. */
  public static boolean isOfSpark(Class<?> type) {
    return JavaMethod.ofSpark(type).isPresent();
  }

  /** True when Spark has a function of that name, which no other can replace. */
  public static boolean isTaken(String name) {
    Engine.start();
    return FunctionRegistry.builtin().functionExists(Engine.builtIn(name.toLowerCase(Locale.ROOT)));
  }

  List<JavaValues> parameters() {
    return JavaMethod.of(type, method).parameters().stream().map(JavaValues::of).toList();
  }

  public JavaValues result() {
    return result(returns, JavaMethod.of(type, method));
  }

  private static @Nullable JavaValues result(@Nullable DataType returns, JavaMethod method) {
    return returns == null ? JavaValues.of(method.result()) : JavaValues.declared(returns);
  }

  /** The method, of an instance of its own unless it is static; takes an array. */
  MethodHandle handle() {
    return JavaMethod.of(type, method).handle();
  }

  /** Spark's functions and these. */
  public static FunctionRegistry registry(Map<String, UserFunction> functions) {
    FunctionRegistry registry = Engine.functions();
    functions
        .values()
        .forEach(
            function ->
                registry.registerFunction(
                    new FunctionIdentifier(
                        function.name().toLowerCase(Locale.ROOT),
                        Option.apply("session"),
                        Option.apply("system")),
                    function.builder(),
                    "java_udf"));
    return registry;
  }

  private AbstractFunction1<Seq<Expression>, Expression> builder() {
    return new AbstractFunction1<>() {
      @Override
      public Expression apply(Seq<Expression> arguments) {
        int wanted = parameters().size();
        if (arguments.size() != wanted) {
          QueryCompilationErrors$ errors = QueryCompilationErrors$.MODULE$;
          throw UserFunction.<RuntimeException>unchecked(
              errors.wrongNumArgsError(
                  name,
                  Scala.seq(List.of((Object) wanted)),
                  arguments.size(),
                  errors.wrongNumArgsError$default$4(),
                  errors.wrongNumArgsError$default$5(),
                  errors.wrongNumArgsError$default$6()));
        }
        return new JavaCall(UserFunction.this, arguments);
      }
    };
  }

  /** Scala does not tell checked exceptions from others. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T unchecked(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
