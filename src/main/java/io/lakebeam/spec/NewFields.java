package io.lakebeam.spec;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Limits;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.VisibleText;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What becomes of fields that a source's schema does not know.
 *
 * @param rule as it is declared
 * @param added names of fields that have become columns, in the order of the columns
 * @param kept names of fields that were found too, and are not to become columns
 */
public record NewFields(Rule rule, List<String> added, Set<String> kept) implements Serializable {
  public static final NewFields RESCUE = new NewFields(Rule.RESCUE, List.of(), Set.of());
  public static final NewFields FAIL = new NewFields(Rule.FAIL, List.of(), Set.of());
  public static final NewFields ADD_COLUMNS = new NewFields(Rule.ADD_COLUMNS, List.of(), Set.of());

  /** As in {@code new_fields:} of a source. */
  public enum Rule {
    /** They are kept in {@code _rescued}. */
    RESCUE,
    /** They stop the update before anything of the epoch is committed. */
    FAIL,
    /** They become columns of the source, each a STRING. */
    ADD_COLUMNS
  }

  public NewFields {
    added = List.copyOf(added);
    kept = Set.copyOf(kept);
    if (rule != Rule.ADD_COLUMNS && !(added.isEmpty() && kept.isEmpty())) {
      throw new IllegalArgumentException("fields do not become columns");
    }
  }

  public boolean becomeColumns() {
    return rule == Rule.ADD_COLUMNS;
  }

  /**
   * The columns that fields have become. Text takes every value as it is written, whichever record
   * comes first.
   */
  public List<Column> addedColumns() {
    return added.stream().map(name -> Column.nullable(name, DataType.Primitive.STRING)).toList();
  }

  /** True when no more fields become columns. */
  public boolean isFull() {
    return added.size() + kept.size() >= Limits.FOUND_COLUMNS;
  }

  /**
   * True for the name of a field that may become a column: one that could be declared, and that
   * means the same field wherever {@code _rescued} has it. There, a dot leads into a struct.
   */
  public static boolean mayBeColumn(String name) {
    return SchemaDdl.isColumnName(name)
        && !HiddenColumns.isReserved(name)
        && !name.startsWith("#")
        && name.indexOf('.') < 0
        && name.length() <= Limits.NAME_CHARACTERS
        && VisibleText.line(name).equals(name);
  }

  /**
   * Those of the names that were found in a source's data which may be columns beside its own, each
   * once, as many as a source may have.
   *
   * @param found in the order in which they were found
   */
  public static List<String> candidates(SourceSpec source, List<String> found) {
    Set<String> taken = namesOf(source);
    List<String> candidates = new ArrayList<>();
    for (String name : found) {
      if (candidates.size() < Limits.FOUND_COLUMNS
          && mayBeColumn(name)
          && taken.add(name.toLowerCase(Locale.ROOT))) {
        candidates.add(name);
      }
    }
    return candidates;
  }

  /** What a source's own columns are called, by itself and in its data, in lower case. */
  public static Set<String> namesOf(SourceSpec source) {
    Set<String> names = new HashSet<>();
    source.schema().names().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    source.namesInData().values().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    return names;
  }
}
