package io.lakebeam.sql;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.adapter.enumerable.CallImplementor;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.adapter.enumerable.NullPolicy;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.adapter.enumerable.RexImpTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.linq4j.tree.Expression;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.linq4j.tree.Expressions;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rex.RexCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.schema.Function;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.schema.FunctionParameter;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.schema.ImplementableFunction;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCallBinding;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlOperandCountRange;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlOperator;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlOperandCountRanges;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlOperandMetadata;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.validate.SqlUserDefinedFunction;

/**
 * One function of the library: the kinds it takes, its type, and the code it becomes. Arguments of
 * other kinds are converted as Spark does, so there is one operator a name and no overloading.
 */
final class LibraryFunction {
  private final String name;
  private final List<Kind> parameters;
  private final int required;
  private final boolean repeating;
  private final Result result;
  private final Code code;

  /** The function's type but for its nullability. */
  interface Result {
    RelDataType type(SqlOperatorBinding call);
  }

  /** The expression for arguments that are already of the kinds the function takes. */
  interface Code {
    Expression call(RexCall call, List<Expression> arguments);
  }

  /**
   * @param parameters the kinds in order; the last one repeats when {@code repeating}
   * @param required how many arguments there must be
   */
  LibraryFunction(
      String name,
      List<Kind> parameters,
      int required,
      boolean repeating,
      Result result,
      Code code) {
    this.name = name;
    this.parameters = List.copyOf(parameters);
    this.required = required;
    this.repeating = repeating;
    this.result = result;
    this.code = code;
  }

  /** Calls the static method of that name which takes as many arguments as are given. */
  static Code method(Class<?> owner, String method) {
    return (call, arguments) -> {
      Class<?>[] types =
          Arrays.stream(owner.getMethods())
              .filter(m -> m.getName().equals(method))
              .filter(m -> m.getParameterCount() == arguments.size())
              .findFirst()
              .map(Method::getParameterTypes)
              .orElseThrow(() -> new IllegalStateException("no " + owner + "." + method));
      List<Expression> typed = new ArrayList<>();
      for (int i = 0; i < types.length; i++) {
        typed.add(Expressions.convert_(arguments.get(i), types[i]));
      }
      return Expressions.call(owner, method, typed);
    };
  }

  String name() {
    return name;
  }

  String signature() {
    List<String> all = parameters.stream().map(LibraryFunction::word).collect(Collectors.toList());
    String head = String.join(", ", all.subList(0, Math.min(required, all.size())));
    String tail =
        all.subList(Math.min(required, all.size()), all.size()).stream()
            .map(p -> "[, " + p + "]")
            .collect(Collectors.joining());
    return name + "(" + head + tail + (repeating ? ", ..." : "") + ")";
  }

  private static String word(Kind kind) {
    return kind == Kind.ANY ? "any" : kind.name();
  }

  SqlUserDefinedFunction operator() {
    return new SqlUserDefinedFunction(
        new SqlIdentifier(name, SqlParserPos.ZERO),
        SqlKind.OTHER_FUNCTION,
        binding -> binding.getTypeFactory().createTypeWithNullability(result.type(binding), true),
        (binding, result, operands) -> {
          for (int i = 0; i < operands.length; i++) {
            operands[i] = untyped(parameter(i), binding.getTypeFactory());
          }
        },
        new Operands(),
        new Implementation());
  }

  /** The type a bare NULL takes. */
  private static RelDataType untyped(Kind parameter, RelDataTypeFactory factory) {
    Kind kind = parameter == Kind.ANY || parameter == Kind.ARRAY ? Kind.NULL : parameter;
    return factory.createTypeWithNullability(kind.type(factory), true);
  }

  private Kind parameter(int index) {
    return parameters.get(Math.min(index, parameters.size() - 1));
  }

  /** Counts and types of arguments. */
  private final class Operands implements SqlOperandMetadata {
    @Override
    public boolean checkOperandTypes(SqlCallBinding call, boolean throwOnFailure) {
      for (int i = 0; i < call.getOperandCount(); i++) {
        if (!Kind.of(call.getOperandType(i)).isImplicitly(parameter(i))) {
          if (throwOnFailure) {
            throw call.newValidationSignatureError();
          }
          return false;
        }
      }
      return true;
    }

    @Override
    public SqlOperandCountRange getOperandCountRange() {
      return repeating
          ? SqlOperandCountRanges.from(required)
          : SqlOperandCountRanges.between(required, parameters.size());
    }

    @Override
    public String getAllowedSignatures(SqlOperator operator, String operatorName) {
      return signature();
    }

    /** Only counted by Calcite; the types are this class's own business. */
    @Override
    public boolean isFixedParameters() {
      return false;
    }

    @Override
    public List<RelDataType> paramTypes(RelDataTypeFactory factory) {
      return parameters.stream().map(p -> p.type(factory)).collect(Collectors.toList());
    }

    @Override
    public List<String> paramNames() {
      return parameters.stream().map(LibraryFunction::word).collect(Collectors.toList());
    }
  }

  /** Generates the call. */
  private final class Implementation implements Function, ImplementableFunction {
    @Override
    public List<FunctionParameter> getParameters() {
      return List.of();
    }

    @Override
    public CallImplementor getImplementor() {
      return RexImpTable.createImplementor(
          (translator, call, operands) -> {
            List<Expression> arguments = new ArrayList<>();
            for (int i = 0; i < operands.size(); i++) {
              Kind given = Kind.of(call.getOperands().get(i).getType());
              arguments.add(given.convert(operands.get(i), parameter(i)));
            }
            return code.call(call, arguments);
          },
          NullPolicy.NONE,
          false);
    }
  }
}
