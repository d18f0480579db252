package io.lakebeam.spec;

import io.lakebeam.graph.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Some columns of a table: those that are named, or all others.
 *
 * @param areLeftOut true when the others are meant
 */
public record ColumnChoice(List<String> names, boolean areLeftOut) {
  public static final ColumnChoice ALL = new ColumnChoice(List.of(), true);
  public static final ColumnChoice NONE = new ColumnChoice(List.of(), false);

  public ColumnChoice {
    names = List.copyOf(names);
  }

  /** As a text, the same for the same columns: {@code *}, {@code a, b}, {@code * EXCEPT (a, b)}. */
  public String text() {
    String listed =
        names.stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .sorted()
            .collect(Collectors.joining(", "));
    return !areLeftOut ? listed : names.isEmpty() ? "*" : "* EXCEPT (" + listed + ")";
  }

  /** Where the chosen columns stand, in the order of the schema. */
  public List<Integer> of(TableSchema schema) {
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < schema.columns().size(); i++) {
      String column = schema.columns().get(i).name();
      boolean isNamed = names.stream().anyMatch(column::equalsIgnoreCase);
      if (isNamed != areLeftOut) {
        chosen.add(i);
      }
    }
    return chosen;
  }
}
