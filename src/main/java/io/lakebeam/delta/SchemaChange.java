package io.lakebeam.delta;

import io.delta.standalone.types.StructType;
import io.lakebeam.delta.TableMismatchException.Difference;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What becomes of a table's columns when rows of a definition are added to it. A table gains
 * columns and fields, and loses NOT NULL; it keeps what the definition no longer has, and new rows
 * are NULL there. Everything else would ask for its files to be written anew.
 */
public sealed interface SchemaChange {
  /** Rows fit the table as it is. */
  record Unchanged() implements SchemaChange {}

  /**
   * The table's columns change together with the first rows that are added.
   *
   * @param additions in the order in which they come to stand, behind what the table has
   * @param loosened columns that may be NULL from then on, although they were NOT NULL
   */
  record Additive(List<Addition> additions, List<String> loosened) implements SchemaChange {
    public Additive {
      additions = List.copyOf(additions);
      loosened = List.copyOf(loosened);
      if (additions.isEmpty() && loosened.isEmpty()) {
        throw new IllegalArgumentException("nothing changes");
      }
    }

    /** {@code columns added: gate STRING}. */
    @Override
    public String toString() {
      String added = additions.stream().map(Addition::toString).collect(Collectors.joining(", "));
      return Stream.of(
              additions.isEmpty() ? "" : "columns added: " + added,
              loosened.isEmpty() ? "" : "no longer NOT NULL: " + String.join(", ", loosened))
          .filter(part -> !part.isEmpty())
          .collect(Collectors.joining("; "));
    }
  }

  /**
   * Rows cannot be added: only a table that is made anew can be like that.
   *
   * @param differences why; never empty
   */
  record Refused(List<Difference> differences) implements SchemaChange {
    public Refused {
      differences = List.copyOf(differences);
      if (differences.isEmpty()) {
        throw new IllegalArgumentException("refused without a reason");
      }
    }

    @Override
    public String toString() {
      return TableMismatchException.text(differences);
    }
  }

  /**
   * A column, or a field inside of one.
   *
   * @param name of a field with those it is in: {@code address.zip}, {@code stops.element.code}
   * @param type as in a DDL schema
   */
  record Addition(String name, String type) {
    @Override
    public String toString() {
      return name + " " + type;
    }
  }

  /** Compares a table as it stands with what is declared. */
  static SchemaChange between(Snapshot table, TableDefinition definition) {
    StructType theirs = DeltaTypes.struct(table.schema());
    return MergedColumns.of(theirs, table.partitionBy(), definition).change();
  }
}
