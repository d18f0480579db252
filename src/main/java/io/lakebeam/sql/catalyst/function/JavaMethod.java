package io.lakebeam.sql.catalyst.function;

import io.lakebeam.shaded.spark.libraries.org.apache.commons.lang3.ClassUtils;
import io.lakebeam.shaded.spark.libraries.org.apache.commons.lang3.reflect.TypeUtils;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The method behind a function of an author.
 *
 * @param type the author's class
 * @param method of that class, or of the interface through which it is called
 * @param parameters Object where the class does not say
 * @param result Object where the class does not say
 */
record JavaMethod(Class<?> type, Method method, List<Type> parameters, Type result) {
  /**
   * Told by their names: a cluster has them in its own Spark, a laptop in Lakebeam's libraries, an
   * author may bring them along, and what matters is the method.
   */
  private static final Pattern OF_SPARK =
      Pattern.compile("org[.]apache[.]spark[.]sql[.]api[.]java[.]UDF[0-9]+");

  JavaMethod {
    parameters = List.copyOf(parameters);
  }

  /**
   * @throws IllegalArgumentException when there is not one such method
   */
  static JavaMethod of(Class<?> type, String name) {
    try {
      Optional<Class<?>> ofSpark = ofSpark(type);
      return ofSpark.isPresent() ? through(ofSpark.get(), type) : declared(type, name);
    } catch (TypeNotPresentException | LinkageError e) {
      throw new IllegalArgumentException(
          type.getName() + " names a class that is not on the class path: " + e.getMessage(), e);
    }
  }

  /** The interface of Spark's that a class implements, itself or through others. */
  static Optional<Class<?>> ofSpark(Class<?> type) {
    return ClassUtils.getAllInterfaces(type).stream()
        .<Class<?>>map(implemented -> implemented)
        .filter(implemented -> OF_SPARK.matcher(implemented.getName()).matches())
        .findFirst();
  }

  private static JavaMethod through(Class<?> ofSpark, Class<?> type) {
    TypeVariable<?>[] variables = ofSpark.getTypeParameters();
    Map<TypeVariable<?>, Type> known = TypeUtils.getTypeArguments(type, ofSpark);
    List<Type> types = Arrays.stream(variables).map(variable -> argument(known, variable)).toList();
    int arguments = types.size() - 1;
    Method call =
        Arrays.stream(ofSpark.getMethods())
            .filter(m -> m.getName().equals("call") && m.getParameterCount() == arguments)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(ofSpark + " has no method call"));
    return new JavaMethod(type, call, types.subList(0, arguments), types.get(arguments));
  }

  private static Type argument(Map<TypeVariable<?>, Type> known, TypeVariable<?> variable) {
    Type type = known.get(variable);
    Type whole = type == null ? null : TypeUtils.unrollVariables(known, type);
    return whole == null || whole instanceof TypeVariable<?> ? Object.class : whole;
  }

  private static JavaMethod declared(Class<?> type, String name) {
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
    Method method = methods.get(0);
    return new JavaMethod(
        type, method, List.of(method.getGenericParameterTypes()), method.getGenericReturnType());
  }

  private boolean isStatic() {
    return Modifier.isStatic(method.getModifiers());
  }

  /**
   * @throws IllegalArgumentException when there can be no instance to call it on
   */
  void prepare() {
    if (!isStatic()) {
      instance();
    }
  }

  private Object instance() {
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

  /** Takes an array; calls an instance of its own unless the method is static. */
  MethodHandle handle() {
    try {
      method.setAccessible(true);
      MethodHandle handle = MethodHandles.lookup().unreflect(method);
      MethodHandle bound = isStatic() ? handle : handle.bindTo(instance());
      return bound.asSpreader(Object[].class, method.getParameterCount());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
