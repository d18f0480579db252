package io.lakebeam.pipeline.compile;

import io.lakebeam.graph.Problem;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.Trust;
import io.lakebeam.sql.FunctionLibrary;
import io.lakebeam.sql.ScalarFunction;
import io.lakebeam.sql.catalyst.function.UserFunction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.transforms.SerializableFunction;

/** Finds the classes of a pipeline's own SQL functions. */
final class FunctionLoader {
  private final List<Problem> problems;
  private final Trust trust;

  FunctionLoader(List<Problem> problems, Trust trust) {
    this.problems = problems;
    this.trust = trust;
  }

  FunctionLibrary load(List<PipelineSpec.FunctionSpec> functions) {
    Map<String, UserFunction> loaded = new LinkedHashMap<>();
    for (PipelineSpec.FunctionSpec function : functions) {
      try {
        loaded.put(function.name().toLowerCase(Locale.ROOT), function(function));
      } catch (NamedClass.UnusableClassException e) {
        problems.add(
            new Problem(
                function.at(),
                "function "
                    + function.name()
                    + (e.isMissing() ? " cannot be found" : " cannot be used"),
                e.getMessage(),
                e.isMissing()
                    ? "put its jar on LAKEBEAM_CLASSPATH"
                    : "implement io.lakebeam.sql.ScalarFunction with a method eval, or one of"
                        + " Spark's UDF1 to UDF22"));
      } catch (IllegalArgumentException e) {
        problems.add(
            new Problem(
                function.at(),
                "function " + function.name() + " cannot be used",
                String.valueOf(e.getMessage()),
                "docs/guides/java.md says what a function may take and return"));
      }
    }
    return new FunctionLibrary(loaded);
  }

  private UserFunction function(PipelineSpec.FunctionSpec function)
      throws NamedClass.UnusableClassException {
    Class<?> type =
        NamedClass.load(
            function.className(),
            function.className()
                + " is neither a ScalarFunction nor a SerializableFunction nor one of Spark's"
                + " UDF1 to UDF22",
            FunctionLoader::isFunction);
    NamedClass.checkOrigin(type, trust);
    if (UserFunction.isTaken(function.name())) {
      throw new IllegalArgumentException(
          "Spark has a function " + function.name() + " of its own; give this one another name");
    }
    return new UserFunction(
        function.name(), type, method(type), function.returns().map(SparkTypes::of).orElse(null));
  }

  private static boolean isFunction(Class<?> type) {
    return UserFunction.isOfSpark(type)
        || ScalarFunction.class.isAssignableFrom(type)
        || SerializableFunction.class.isAssignableFrom(type);
  }

  private static String method(Class<?> type) {
    if (UserFunction.isOfSpark(type)) {
      return "call";
    }
    return ScalarFunction.class.isAssignableFrom(type) ? "eval" : "apply";
  }
}
