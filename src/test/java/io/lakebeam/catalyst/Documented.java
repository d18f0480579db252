package io.lakebeam.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.FunctionIdentifier;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.FunctionRegistry;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.FunctionRegistryBase;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.TableFunctionRegistry;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.ExpressionInfo;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What Spark documents of its functions. */
final class Documented {
  private Documented() {}

  /** Queries, and what they answer. */
  static Map<String, String> examples() {
    Map<String, String> examples = new TreeMap<>();
    for (FunctionRegistryBase<?> registry :
        List.of(FunctionRegistry.builtin(), TableFunctionRegistry.builtin())) {
      for (FunctionIdentifier function : Scala.<FunctionIdentifier>list(registry.listFunction())) {
        ExpressionInfo info = (ExpressionInfo) registry.lookupFunction(function).get();
        for (String part : info.getExamples().split("\n\\s*> ")) {
          int end = part.indexOf(";\n");
          if (part.startsWith("SELECT") && end > 0) {
            examples.put(part.substring(0, end), part.substring(end + 2).strip());
          }
        }
      }
    }
    return examples;
  }

  /** Names of the functions of values. */
  static Set<String> functions() {
    return Scala.<FunctionIdentifier>list(FunctionRegistry.builtin().listFunction()).stream()
        .map(FunctionIdentifier::funcName)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
