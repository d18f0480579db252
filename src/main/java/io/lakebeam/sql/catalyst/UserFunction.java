package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.scala.runtime.AbstractFunction1;
import io.lakebeam.shaded.spark.sql.catalyst.FunctionIdentifier;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.FunctionRegistry;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.errors.QueryCompilationErrors$;
import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A method in Java that queries call as a function.
 *
 * @param name as queries write it, in any case
 * @param type its class, with a public constructor without arguments unless the method is static
 * @param method its name; the class has one of it
 */
@SuppressWarnings("serial")
public record UserFunction(String name, Class<?> type, String method) implements Serializable {
  /**
   * @throws IllegalArgumentException when it cannot be called; the message says why
   */
  public UserFunction {
    Method found = find(type, method);
    if (JavaValues.of(found.getGenericReturnType()) == null) {
      throw new IllegalArgumentException(
          type.getName() + "." + method + " returns a " + found.getGenericReturnType());
    }
    for (Type parameter : found.getGenericParameterTypes()) {
      if (JavaValues.of(parameter) == null) {
        throw new IllegalArgumentException(type.getName() + "." + method + " takes a " + parameter);
      }
    }
    if (!Modifier.isStatic(found.getModifiers())) {
      instance(type);
    }
  }

  /** True when Spark has a function of that name, which no other can replace. */
  public static boolean isTaken(String name) {
    Engine.start();
    return FunctionRegistry.builtin().functionExists(Engine.builtIn(name.toLowerCase(Locale.ROOT)));
  }

  private static Method find(Class<?> type, String name) {
    List<Method> methods =
        Arrays.stream(type.getMethods())
            .filter(m -> m.getName().equals(name) && !m.isBridge() && !m.isSynthetic())
            .toList();
    if (methods.size() != 1 || !Modifier.isPublic(type.getModifiers())) {
      throw new IllegalArgumentException(
          type.getName()
              + " is no function: it needs to be a public class with one public method "
              + name);
    }
    return methods.get(0);
  }

  private static Object instance(Class<?> type) {
    try {
      return type.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          type.getName()
              + " cannot be made: it needs to be a public class with a public constructor without"
              + " arguments",
          e);
    }
  }

  List<JavaValues> parameters() {
    return Arrays.stream(find(type, method).getGenericParameterTypes())
        .map(JavaValues::of)
        .toList();
  }

  JavaValues result() {
    return JavaValues.of(find(type, method).getGenericReturnType());
  }

  /** The method, of an instance of its own unless it is static. */
  MethodHandle handle() {
    Method found = find(type, method);
    try {
      found.setAccessible(true);
      MethodHandle handle = MethodHandles.lookup().unreflect(found);
      MethodHandle bound =
          Modifier.isStatic(found.getModifiers()) ? handle : handle.bindTo(instance(type));
      return bound.asSpreader(Object[].class, found.getParameterCount());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Spark's functions and these. */
  static FunctionRegistry registry(Map<String, UserFunction> functions) {
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
