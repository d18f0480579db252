package io.lakebeam.sql;

import io.lakebeam.sql.catalyst.function.UserFunction;
import java.util.Map;

/**
 * Functions that queries may call besides Spark's.
 *
 * @param functions by name in lower case
 */
public record FunctionLibrary(Map<String, UserFunction> functions) {
  public FunctionLibrary {
    functions = Map.copyOf(functions);
  }

  /** Spark's functions alone. */
  public static FunctionLibrary standard() {
    return new FunctionLibrary(Map.of());
  }
}
