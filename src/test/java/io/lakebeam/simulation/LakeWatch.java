package io.lakebeam.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sees every file of a lake appear and holds what must be true at each moment: nothing of the
 * ledger or of a table's log is ever written twice or taken back, but for epochs that are done and
 * summed up; epochs are planned one after the other, and one that is done is in its tables. It
 * reads the files itself, not by the product.
 */
final class LakeWatch {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern LEDGER =
      Pattern.compile(
          "/lake/_lakebeam/p/epochs/(\\d{12})\\.(json|done|positions|decided-\\d+|closing\\.closed)");
  private static final Pattern LOG =
      Pattern.compile("/lake/([^/]+(?:/refresh-[\\d-]+)?)/_delta_log/(\\d{20})\\.json");

  static final List<String> TABLES =
      List.of(
          "bronze",
          "bronze_quarantine",
          "silver",
          "silver_quarantine",
          "matched",
          "matched_quarantine",
          "late",
          "late_quarantine",
          "all",
          "all_quarantine",
          "closed",
          "closed_quarantine",
          "totals",
          "named",
          "named_quarantine",
          "shown",
          "shown_quarantine",
          "by_city",
          "newest",
          "newest_changes",
          "newest_quarantine",
          "past",
          "past_changes",
          "past_quarantine",
          "emptied",
          "emptied_changes",
          "emptied_quarantine",
          "counted",
          "event_log");

  /** Their versions are not epochs: they are those of the table that they are made of. */
  private static final List<String> BEHIND_TABLES =
      List.of("closed", "totals", "by_city", "newest", "past", "emptied", "counted", "met");

  /**
   * A version of a table, as its log file says.
   *
   * @param epoch the version that its first application has committed
   * @param mark that of its second one; -1 when there is none
   * @param by who has committed it, and when
   */
  record Version(
      long number,
      String application,
      long epoch,
      long mark,
      List<String> added,
      List<String> removed,
      Moment by) {}

  /**
   * When something was written.
   *
   * @param edition of the pipeline, of the run that has written it; empty for anybody else
   * @param reference the state that reference files were in
   */
  record Moment(String edition, int reference) {}

  private final Map<String, List<Version>> tables = new TreeMap<>();
  private final TreeMap<Long, JsonNode> plans = new TreeMap<>();
  private final TreeMap<Long, JsonNode> done = new TreeMap<>();
  private final Map<Long, Moment> planned = new TreeMap<>();
  private final Map<String, Moment> decided = new TreeMap<>();
  private final Map<String, JsonNode> closings = new TreeMap<>();
  private final TreeSet<String> kept = new TreeSet<>();
  private final TreeSet<String> forgotten = new TreeSet<>();
  private long summedUp;
  private int reference;

  /** Something that must never be. */
  static final class Violation extends AssertionError {
    Violation(String text) {
      super(text);
    }
  }

  void written(String path, byte[] bytes, boolean isNew, Moment moment) {
    reference = moment.reference();
    Matcher ledger = LEDGER.matcher(path);
    Matcher log = LOG.matcher(path);
    boolean isLedger = ledger.matches();
    boolean isLog = log.matches();
    if (!isLedger && !isLog) {
      return;
    }
    if (forgotten.contains(path) && isNew) {
      // Somebody who slept: the file is free again, and must have no effect.
      return;
    }
    boolean isClosing = path.endsWith(".closing.closed");
    // A file that is replaced is empty for an instant.
    if (isClosing && (bytes.length == 0 || isOfOtherWindows(path, tree(bytes)))) {
      return;
    }
    if (!isNew || !kept.add(path)) {
      throw new Violation(path + " is written a second time");
    }
    if (isLog) {
      committed(log.group(1), Long.parseLong(log.group(2)), bytes, moment);
    } else if (ledger.group(2).equals("json")) {
      planned(Long.parseLong(ledger.group(1)), tree(bytes));
      planned.put(Long.parseLong(ledger.group(1)), moment);
    } else if (ledger.group(2).equals("done")) {
      ended(Long.parseLong(ledger.group(1)), tree(bytes));
    } else if (ledger.group(2).startsWith("decided-")) {
      for (JsonNode each : tree(bytes).get("decisions")) {
        decided.put(
            each.get("counted").get("dataset").asText() + Long.parseLong(ledger.group(1)), moment);
      }
    } else if (ledger.group(2).equals("positions")) {
      summedUp = Math.max(summedUp, Long.parseLong(ledger.group(1)));
    }
  }

  /**
   * True when what an epoch closes is settled anew, because nobody can commit what was settled: the
   * windows are there, or all of them were asked for anew, or are of a table made anew.
   */
  private boolean isOfOtherWindows(String path, JsonNode now) {
    JsonNode before = closings.put(path, now);
    return before != null
        && (!before.get("read").equals(now.get("read"))
            || !before.get("table").equals(now.get("table"))
            || !before.get("from_version").equals(now.get("from_version")));
  }

  void deleted(String path) {
    if (!kept.contains(path)) {
      return;
    }
    if (path.contains("/refresh-")) {
      forgotten.add(path); // it is whole, and its files are those of the table
      return;
    }
    Matcher ledger = LEDGER.matcher(path);
    long epoch = ledger.matches() ? Long.parseLong(ledger.group(1)) : Long.MAX_VALUE;
    if (epoch >= summedUp || !done.containsKey(epoch)) {
      throw new Violation(path + " is deleted and still needed");
    }
    forgotten.add(path);
  }

  List<Version> versions(String table) {
    return tables.getOrDefault(table, List.of());
  }

  TreeMap<Long, JsonNode> plans() {
    return plans;
  }

  TreeMap<Long, JsonNode> done() {
    return done;
  }

  /** The state that reference files were in last. */
  int reference() {
    return reference;
  }

  /** When an epoch was planned. */
  Moment planned(long epoch) {
    return planned.get(epoch);
  }

  /** When it was decided last what an epoch puts into a table. */
  Moment decided(long epoch, String table) {
    return decided.get(table + epoch);
  }

  private void planned(long epoch, JsonNode plan) {
    long last = plans.isEmpty() ? 0 : plans.lastKey();
    if (epoch != last + 1) {
      throw new Violation("epoch " + epoch + " is planned after epoch " + last);
    }
    if (last > 0 && !done.containsKey(last)) {
      throw new Violation("epoch " + epoch + " is planned while epoch " + last + " is not done");
    }
    plans.put(epoch, plan);
  }

  private void ended(long epoch, JsonNode result) {
    if (!plans.containsKey(epoch)) {
      throw new Violation("epoch " + epoch + " is done and was never planned");
    }
    for (JsonNode dataset : result.get("datasets")) {
      String name = dataset.get("dataset").asText();
      if (BEHIND_TABLES.contains(name)) {
        continue;
      }
      if (dataset.get("accepted").asLong() > 0) {
        requireCommitted(epoch, name);
      }
      if (dataset.get("quarantined").asLong() > 0) {
        requireCommitted(epoch, name.replace("_changes", "") + "_quarantine");
      }
    }
    if (!result.get("datasets").isEmpty()) {
      requireCommitted(epoch, "event_log");
    }
    done.put(epoch, result);
  }

  private void requireCommitted(long epoch, String table) {
    boolean isThere =
        tables.entrySet().stream()
            .filter(
                each ->
                    each.getKey().equals(table) || each.getKey().startsWith(table + "/refresh-"))
            .flatMap(each -> each.getValue().stream())
            .anyMatch(version -> version.epoch() == epoch);
    if (!isThere) {
      throw new Violation("epoch " + epoch + " is done and not in table " + table);
    }
  }

  private void committed(String table, long number, byte[] bytes, Moment moment) {
    List<Version> versions = tables.computeIfAbsent(table, name -> new ArrayList<>());
    if (number != versions.size()) {
      throw new Violation(
          "table " + table + " gets version " + number + " after " + (versions.size() - 1));
    }
    String application = "";
    long epoch = -1;
    long mark = -1;
    List<String> added = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
      JsonNode action = tree(line.getBytes(StandardCharsets.UTF_8));
      if (action.has("txn") && epoch >= 0) {
        mark = action.get("txn").get("version").asLong();
      } else if (action.has("txn")) {
        application = action.get("txn").get("appId").asText();
        epoch = action.get("txn").get("version").asLong();
      } else if (action.has("add")) {
        added.add(action.get("add").get("path").asText());
      } else if (action.has("remove")) {
        removed.add(action.get("remove").get("path").asText());
      }
    }
    versions.add(new Version(number, application, epoch, mark, added, removed, moment));
  }

  private static JsonNode tree(byte[] json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
