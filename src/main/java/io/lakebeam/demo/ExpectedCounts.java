package io.lakebeam.demo;

import io.lakebeam.airlines.DelayAlerts;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts records by what becomes of them. */
final class ExpectedCounts {
  private long events;
  private long badEvents;
  private long reportRows;
  private long badReportRows;
  private long alerts;
  private long kept;
  private long keptEvents;
  private long quarantined;
  private long dropped;
  private final Map<FlightRule, Long> broken = new EnumMap<>(FlightRule.class);

  /** Counts an event; true when {@code flights} takes it. */
  boolean event(Occurrence event) {
    Fate fate = event.defect().fate();
    if (!(fate instanceof Fate.Judged judged)) {
      badEvents++;
      return false;
    }
    events++;
    // Alerts come from bronze: they do not wait for the rules on flights.
    if (event.status() == Status.CANCELLED
        || (event.status() == Status.DEPARTED
            && EventJson.sentDepartureDelay(event) > DelayAlerts.MINUTES)) {
      alerts++;
    }
    boolean isKept = judge(judged);
    keptEvents += isKept ? 1 : 0;
    return isKept;
  }

  /** Counts a row of a report; true when {@code flights} takes it. */
  boolean reportRow(ReportDefect defect) {
    if (!(defect.fate() instanceof Fate.Judged judged)) {
      badReportRows++;
      return false;
    }
    reportRows++;
    return judge(judged);
  }

  private boolean judge(Fate.Judged judged) {
    judged.broken().forEach(rule -> broken.merge(rule, 1L, Long::sum));
    if (judged.quarantined()) {
      quarantined++;
    } else if (judged.dropped()) {
      dropped++;
    } else {
      kept++;
    }
    return judged.kept();
  }

  Map<String, Long> rows() {
    Map<String, Long> rows = new LinkedHashMap<>();
    rows.put("bronze_flight_events", events);
    rows.put("bronze_flight_events_quarantine", badEvents);
    rows.put("bronze_airport_reports", reportRows);
    rows.put("bronze_airport_reports_quarantine", badReportRows);
    rows.put("flights_changes", kept);
    rows.put("flights_quarantine", quarantined);
    rows.put("flight_history_changes", keptEvents);
    rows.put("delay_alerts", alerts);
    return rows;
  }

  Map<String, Expected.RuleCount> rules() {
    Map<String, Expected.RuleCount> rules = new LinkedHashMap<>();
    long judged = events + reportRows;
    for (FlightRule rule : FlightRule.values()) {
      long failed = broken.getOrDefault(rule, 0L);
      rules.put(rule.ruleName(), new Expected.RuleCount(judged - failed, failed));
    }
    return rules;
  }

  long dropped() {
    return dropped;
  }
}
