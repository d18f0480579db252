package io.lakebeam.pipeline;

import io.lakebeam.graph.Problem;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.Trust;
import io.lakebeam.sql.FunctionLibrary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
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
    Map<String, Class<?>> classes = new LinkedHashMap<>();
    for (PipelineSpec.FunctionSpec function : functions) {
      try {
        Class<?> type =
            NamedClass.load(
                function.className(),
                function.className() + " is neither a BeamSqlUdf nor a SerializableFunction",
                BeamSqlUdf.class,
                SerializableFunction.class);
        NamedClass.checkOrigin(type, trust);
        classes.put(function.name(), type);
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
                    : "implement org.apache.beam.sdk.extensions.sql.BeamSqlUdf with a method eval"));
      }
    }
    return FunctionLibrary.standard().with(classes);
  }
}
