package io.lakebeam.review;

import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.quarantine.RowStates;
import java.util.Map;
import java.util.Optional;

/** Says of a row that is not in a quarantine what became of it. */
public final class DeletedRow {
  private DeletedRow() {}

  /**
   * A sentence without full stop; empty when nothing is known of such a row.
   *
   * @param id how it begins
   */
  public static Optional<String> told(CompiledPipeline pipeline, String id) {
    return told(RowStates.of(pipeline), id);
  }

  public static Optional<String> told(RowStates states, String id) {
    Map<String, RowStates.Step> ended = id.isBlank() ? Map.of() : states.ended(id);
    return ended.entrySet().stream()
        .findFirst()
        .map(
            row ->
                "row "
                    + row.getKey()
                    + " is deleted; what is known of it last: "
                    + told(row.getValue()));
  }

  private static String told(RowStates.Step last) {
    return last.outcome().word().replace('_', ' ')
        + " by request "
        + last.request()
        + (last.reason().isEmpty() ? "" : " (" + last.reason() + ")");
  }
}
