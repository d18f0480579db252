package io.lakebeam.demo;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What is said of each flight, and what {@code flights} and {@code flight_history} make of it. */
final class SilverTables {
  private static final List<String> KEY =
      List.of("flight_date", "carrier", "flight_number", "origin");

  private final Map<List<Object>, Word> newest = new LinkedHashMap<>();
  private final Map<List<Object>, List<Word>> events = new LinkedHashMap<>();

  /** A change that the silver table has taken, in any order. */
  void add(Word word) {
    Flight flight = word.flight();
    List<Object> key =
        List.of(
            flight.date(),
            flight.scheduled().carrier().code(),
            (long) flight.scheduled().number(),
            flight.scheduled().origin().code());
    newest.merge(key, word, (a, b) -> b.known().isBefore(a.known()) ? a : b);
    if (word instanceof Word.OfEvent) {
      events.computeIfAbsent(key, unused -> new ArrayList<>(8)).add(word);
    }
  }

  /** The newest word on each flight. */
  Collection<Word> flights() {
    return newest.values();
  }

  /** {@code flights}: a row each. */
  ExpectedTable table() {
    Map<List<Object>, Supplier<Map<String, Object>>> rows = new LinkedHashMap<>();
    newest.forEach((key, word) -> rows.put(key, word::row));
    return new ExpectedTable(KEY, rows);
  }

  /** {@code flight_history}: a row for each time that status and aircraft were the same. */
  ExpectedTable history() {
    List<String> keys = new ArrayList<>(KEY);
    keys.add("__START_AT");
    Map<List<Object>, Supplier<Map<String, Object>>> rows = new LinkedHashMap<>();
    events.forEach(
        (key, words) -> {
          words.sort(Comparator.comparing(Word::known));
          for (int from = 0; from < words.size(); ) {
            int to = from + 1;
            while (to < words.size() && isOneState(words.get(from), words.get(to))) {
              to++;
            }
            Instant end = to < words.size() ? words.get(to).known() : null;
            Word last = words.get(to - 1);
            List<Object> start = new ArrayList<>(key);
            start.add(words.get(from).known());
            rows.put(start, () -> state(last, end));
            from = to;
          }
        });
    return new ExpectedTable(keys, rows);
  }

  private static boolean isOneState(Word a, Word b) {
    return a.status() == b.status() && Objects.equals(a.tail(), b.tail());
  }

  private static Map<String, Object> state(Word last, @Nullable Instant end) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>(last.row());
    row.keySet()
        .retainAll(
            Arrays.asList(
                "destination",
                "tail_number",
                "status",
                "departure_delay_minutes",
                "arrival_delay_minutes",
                "updated_at"));
    row.put("__END_AT", end);
    return row;
  }
}
