package io.lakebeam.spec.dlt;

import io.lakebeam.expectation.OnViolation;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.SourceText.Piece;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A statement of a file. */
public sealed interface DltStatement {
  SourceLocation at();

  /** The line of the statement's last word, 1-based. */
  int lastLine();

  /** What a CREATE makes. */
  enum Kind {
    STREAMING_TABLE("a streaming table"),
    MATERIALIZED_VIEW("a materialized view"),
    VIEW("a view");

    private final String said;

    Kind(String said) {
      this.said = said;
    }

    /** With its article, for people. */
    public String said() {
      return said;
    }
  }

  /**
   * {@code CREATE ... TABLE | MATERIALIZED VIEW | VIEW}.
   *
   * @param properties of TBLPROPERTIES, by their names in small letters
   * @param query empty for a table that flows are declared for apart
   */
  record Create(
      Kind kind,
      TableName name,
      List<ColumnSpec> columns,
      List<Rule> rules,
      Optional<Piece> comment,
      Map<String, Piece> properties,
      List<Piece> partitionBy,
      Optional<Piece> refresh,
      Optional<DltQuery> query,
      SourceLocation at,
      int lastLine)
      implements DltStatement {
    public Create {
      columns = List.copyOf(columns);
      rules = List.copyOf(rules);
      properties = Map.copyOf(properties);
      partitionBy = List.copyOf(partitionBy);
    }
  }

  /**
   * {@code CREATE FLOW name AS INSERT INTO target BY NAME SELECT ...}, or {@code AS AUTO CDC INTO
   * target}.
   *
   * @param changes what its rows change; empty when they are added
   */
  record Flow(
      String name,
      TableName target,
      DltQuery query,
      Optional<DltChanges> changes,
      SourceLocation at,
      int lastLine)
      implements DltStatement {}

  /**
   * What was read of a statement that is refused.
   *
   * @param target what it makes or changes, once that was read
   * @param misleads nobody knows what it makes, and others may well read that
   */
  record Refused(Optional<TableName> target, boolean misleads, SourceLocation at, int lastLine)
      implements DltStatement {}

  /** {@code SET key = value}: what {@code ${key}} stands for. */
  record Setting(String key, String value, SourceLocation at, int lastLine)
      implements DltStatement {}

  /** A column of a list of columns; {@code type} is empty when none is written. */
  record ColumnSpec(Piece name, Optional<Piece> type, boolean notNull) {}

  /** {@code CONSTRAINT name EXPECT (condition) ON VIOLATION ...}. */
  record Rule(Piece name, Piece condition, OnViolation onViolation) {}
}
