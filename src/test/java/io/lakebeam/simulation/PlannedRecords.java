package io.lakebeam.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.simulation.LakeWatch.Violation;
import io.lakebeam.simulation.TestingSources.Record;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which epoch reads which record, of sources whose files stay as they are. */
final class PlannedRecords {
  private PlannedRecords() {}

  /**
   * Every record of the sources is new in one plan, and every plan is done.
   *
   * @return epochs by the positions of records
   * @throws Violation when it is otherwise
   */
  static Map<String, Long> of(LakeWatch watch, TestingSources sources) {
    Map<String, Long> epochs = new HashMap<>();
    watch
        .plans()
        .forEach(
            (epoch, plan) -> {
              if (!watch.done().containsKey(epoch)) {
                throw new Violation("epoch " + epoch + " is not done");
              }
              for (JsonNode slice : plan.get("slices")) {
                if (!slice.has("into")) {
                  for (Record each : sources.of(LakeCheck.slice(slice))) {
                    if (epochs.put(each.position(), epoch) != null) {
                      throw new Violation(each.position() + " is planned twice");
                    }
                  }
                }
              }
            });
    Set<String> positions = new HashSet<>();
    sources.all().forEach(each -> positions.add(each.position()));
    if (!epochs.keySet().equals(positions)) {
      throw new Violation("not every record is in a plan");
    }
    return epochs;
  }
}
