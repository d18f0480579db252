package io.lakebeam.spec.testcase;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.graph.SourceLocation;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A test of a pipeline, as declared.
 *
 * @param name in its file
 * @param now what the pipeline takes for the time, in its first step; empty for the time it is
 * @param steps one after the other, each an update of its own
 */
public record PipelineTest(
    String name, SourceLocation at, Optional<Instant> now, List<Step> steps) {
  public PipelineTest {
    steps = List.copyOf(steps);
  }

  /**
   * What comes, and what is there then.
   *
   * @param given by source
   * @param expected by table
   */
  public record Step(Map<String, Given> given, Map<String, Expected> expected) {
    public Step {
      given = new LinkedHashMap<>(given);
      expected = new LinkedHashMap<>(expected);
    }
  }

  /**
   * What a source brings.
   *
   * @param records an object each, or a text: the record as it comes
   */
  public record Given(SourceLocation at, List<JsonNode> records) {
    public Given {
      records = List.copyOf(records);
    }
  }

  /** All rows of a table, in any order. */
  public record Expected(SourceLocation at, List<Row> rows) {
    public Expected {
      rows = List.copyOf(rows);
    }
  }

  /**
   * A row.
   *
   * @param values by column; of the columns that are not named any value will do
   */
  public record Row(SourceLocation at, Map<String, JsonNode> values) {
    public Row {
      values = new LinkedHashMap<>(values);
    }
  }
}
