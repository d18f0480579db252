package io.lakebeam.pipeline;

import io.lakebeam.graph.Problem;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.sql.FunctionLibrary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
import org.apache.beam.sdk.transforms.SerializableFunction;

/** Finds the classes of a pipeline's own SQL functions. */
final class FunctionLoader {
  private final List<Problem> problems;

  FunctionLoader(List<Problem> problems) {
    this.problems = problems;
  }

  FunctionLibrary load(List<PipelineSpec.FunctionSpec> functions) {
    Map<String, Class<?>> classes = new LinkedHashMap<>();
    for (PipelineSpec.FunctionSpec function : functions) {
      try {
        Class<?> type =
            Class.forName(
                function.className(), true, Thread.currentThread().getContextClassLoader());
        if (BeamSqlUdf.class.isAssignableFrom(type)
            || SerializableFunction.class.isAssignableFrom(type)) {
          classes.put(function.name(), type);
        } else {
          problems.add(
              new Problem(
                  function.at(),
                  "function " + function.name() + " cannot be used",
                  function.className() + " is neither a BeamSqlUdf nor a SerializableFunction",
                  "implement org.apache.beam.sdk.extensions.sql.BeamSqlUdf with a method eval"));
        }
      } catch (ClassNotFoundException e) {
        problems.add(
            new Problem(
                function.at(),
                "function " + function.name() + " cannot be found",
                "there is no class " + function.className() + " on the class path",
                "put its jar on LAKEBEAM_CLASSPATH"));
      }
    }
    return FunctionLibrary.standard().with(classes);
  }
}
