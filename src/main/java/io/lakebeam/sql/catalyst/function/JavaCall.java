package io.lakebeam.sql.catalyst.function;

import io.lakebeam.shaded.scala.collection.immutable.IndexedSeq;
import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.TypeCheckResult;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.ImplicitCastInputTypes;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.codegen.CodegenContext;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.codegen.ExprCode;
import io.lakebeam.shaded.spark.sql.types.AbstractDataType;
import io.lakebeam.shaded.spark.sql.types.AnyDataType$;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.Scala;
import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.stream.IntStream;

/** The call of a function in Java. */
final class JavaCall extends Expression
    implements ImplicitCastInputTypes, CodegenFallback, Serializable {
  private static final long serialVersionUID = 1;

  private final UserFunction function;
  private final Seq<Expression> arguments;
  private transient MethodHandle handle;
  private transient List<JavaValues> parameters;
  private transient JavaValues result;

  JavaCall(UserFunction function, Seq<Expression> arguments) {
    this.function = function;
    this.arguments = arguments;
  }

  @Override
  public Object eval(InternalRow row) {
    if (handle == null) {
      parameters = parameters();
      result = function.result();
      handle = function.handle();
    }
    Object[] values = new Object[parameters.size()];
    for (int i = 0; i < values.length; i++) {
      Object value = arguments.apply(i).eval(row);
      if (value == null && parameters.get(i).isPrimitive()) {
        return null;
      }
      values[i] = value == null ? null : parameters.get(i).toJava().apply(value);
    }
    return call(values);
  }

  /** Where the method takes any object, it gets what stands for the argument's type. */
  private List<JavaValues> parameters() {
    List<JavaValues> declared = function.parameters();
    return IntStream.range(0, declared.size())
        .mapToObj(i -> declared.get(i).isAny() ? JavaValues.ofAny(typeOf(i)) : declared.get(i))
        .toList();
  }

  private DataType typeOf(int argument) {
    return arguments.apply(argument).dataType();
  }

  private Object call(Object[] values) {
    try {
      Object answer = handle.invoke(values);
      return answer == null ? null : result.fromJava().apply(answer);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new IllegalArgumentException(function.name() + ": " + why, e);
    }
  }

  @Override
  public DataType dataType() {
    return function.result().type();
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public Seq<AbstractDataType> inputTypes() {
    return Scala.seq(
        function.parameters().stream()
            .map(values -> values.isAny() ? AnyDataType$.MODULE$ : values.type())
            .toList());
  }

  @Override
  public TypeCheckResult checkInputDataTypes() {
    List<JavaValues> declared = function.parameters();
    for (int i = 0; i < declared.size(); i++) {
      if (declared.get(i).isAny() && JavaValues.ofAny(typeOf(i)) == null) {
        return new TypeCheckResult.TypeCheckFailure(
            function.name() + " takes a Java object, and none stands for " + typeOf(i).sql());
      }
    }
    return ImplicitCastInputTypes.super.checkInputDataTypes();
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    return CodegenFallback.super.doGenCode(context, code);
  }

  @Override
  public String prettyName() {
    return function.name();
  }

  @Override
  public Seq<Expression> children() {
    return arguments;
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new JavaCall(function, children);
  }

  @Override
  public int productArity() {
    return 2;
  }

  @Override
  public Object productElement(int n) {
    return n == 0 ? function : arguments;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof JavaCall;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JavaCall call
        && call.function.equals(function)
        && call.arguments.equals(arguments);
  }

  @Override
  public int hashCode() {
    return 31 * function.hashCode() + arguments.hashCode();
  }
}
