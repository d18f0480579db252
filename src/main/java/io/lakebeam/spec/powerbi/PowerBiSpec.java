package io.lakebeam.spec.powerbi;

import io.lakebeam.graph.SourceLocation;
import java.util.List;

/**
 * Measures and pages as declared; nobody has looked yet whether the tables and columns are there.
 *
 * @param pages none where the author leaves it to Lakebeam
 */
public record PowerBiSpec(List<Measure> measures, List<Page> pages) {
  /** Where nothing is declared. */
  public static final PowerBiSpec NONE = new PowerBiSpec(List.of(), List.of());

  public PowerBiSpec {
    measures = List.copyOf(measures);
    pages = List.copyOf(pages);
  }

  /**
   * A measure.
   *
   * @param table the dataset whose table it stands in
   * @param dax its expression
   * @param format how its values are shown; empty for as they are
   */
  public record Measure(
      String name,
      SourceLocation at,
      String table,
      SourceLocation tableAt,
      String dax,
      SourceLocation daxAt,
      String format) {}

  /** A page of the report. */
  public record Page(String name, SourceLocation at, List<Visual> visuals) {
    public Page {
      visuals = List.copyOf(visuals);
    }
  }

  /** What shows fields. */
  public record Visual(Kind kind, SourceLocation at, List<Field> fields) {
    public Visual {
      fields = List.copyOf(fields);
    }
  }

  /** A measure's name, or {@code DATASET.COLUMN}. */
  public record Field(String text, SourceLocation at) {}

  /** How a visual shows its fields. */
  public enum Kind {
    /** A number for each field. */
    CARD,
    /** The first field along the axis, the others as lines. */
    LINE,
    /** A bar for each value of the first field, as long as the others say. */
    BAR,
    /** A column for each field. */
    TABLE
  }
}
