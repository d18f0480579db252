package io.lakebeam.runner;

import io.lakebeam.delta.SchemaChange;
import io.lakebeam.epoch.FoundColumns;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.event.EventLog;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.compile.GrownPipeline;
import io.lakebeam.spec.SourceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The columns that the sources of a pipeline have at a moment: those that are declared, and those
 * that fields of their data have become.
 */
final class SourceColumns {
  private final SortedMap<String, SortedMap<Long, List<String>>> found;
  private final GrownPipeline grown;

  private SourceColumns(
      SortedMap<String, SortedMap<Long, List<String>>> found, GrownPipeline grown) {
    this.found = found;
    this.grown = grown;
  }

  /**
   * Reads the ledger, as far as fields of sources become columns, and looks at the tables that are
   * there.
   *
   * @param declared the pipeline without what was found
   * @param anew tables that are computed anew, whatever columns they have now
   */
  static SourceColumns of(CompiledPipeline declared, Ledger ledger, Supplier<Set<String>> anew) {
    SortedMap<String, SortedMap<Long, List<String>>> found = found(declared, ledger);
    SortedMap<String, List<String>> names = new TreeMap<>();
    found.forEach(
        (source, records) ->
            names.put(source, records.values().stream().flatMap(List::stream).toList()));
    return new SourceColumns(
        found, GrownPipeline.of(declared, names, grown -> refused(declared, grown, anew.get())));
  }

  /** What a table refuses that takes what is declared. */
  private static Optional<String> refused(
      CompiledPipeline declared, CompiledPipeline grown, Set<String> anew) {
    Map<String, SchemaChange.Refused> refused = SchemaChanges.of(grown).without(anew).refused();
    if (!refused.isEmpty()) {
      refused.keySet().removeAll(SchemaChanges.of(declared).without(anew).refused().keySet());
    }
    return refused.entrySet().stream()
        .map(each -> "table " + each.getKey() + ", " + each.getValue().differences().get(0))
        .findFirst();
  }

  private static SortedMap<String, SortedMap<Long, List<String>>> found(
      CompiledPipeline declared, Ledger ledger) {
    SortedMap<String, SortedMap<Long, List<String>>> found = new TreeMap<>();
    for (SourceSpec source : declared.readSources()) {
      if (source.newFields().becomeColumns()) {
        found.put(source.name(), new FoundColumns(ledger, source.name()).records());
      }
    }
    return found;
  }

  /** The pipeline whose sources have these columns. */
  CompiledPipeline pipeline() {
    return grown.pipeline();
  }

  /** Fields that were found and are no columns, a sentence for each. */
  List<String> notTaken() {
    return grown.notTaken().stream().map(GrownPipeline.NotTaken::toString).toList();
  }

  /** True when more was found since. */
  boolean areOutdated(Ledger ledger) {
    return !found(grown.pipeline(), ledger).equals(found);
  }

  /** What is to be told of them. */
  List<Preview.Item> items() {
    List<Preview.Item> items = new ArrayList<>();
    for (String source : found.keySet()) {
      List<String> added = added(source);
      if (!added.isEmpty()) {
        items.add(item(source, "source " + source + ", columns found: " + names(added)));
      }
    }
    grown.notTaken().forEach(each -> items.add(item(each.source(), each.toString())));
    return items;
  }

  /**
   * What is to be told of those that have come since.
   *
   * @param epoch the first that has them
   */
  List<Preview.Item> itemsSince(SourceColumns before, long epoch) {
    List<Preview.Item> items = new ArrayList<>();
    for (String source : found.keySet()) {
      List<String> added = new ArrayList<>(added(source));
      added.removeAll(before.added(source));
      if (!added.isEmpty()) {
        String told = "source %s, columns found: %s: epoch %d begins again with them";
        items.add(item(source, String.format(Locale.ROOT, told, source, names(added), epoch)));
      }
    }
    return items;
  }

  /**
   * Puts into the event log what was found, as far as it is not there.
   *
   * @param epoch the first that has these columns
   */
  void log(EventLog events, LongSupplier epoch) {
    found.forEach(
        (source, records) -> {
          if (!records.isEmpty()) {
            events.create();
            records
                .tailMap(events.lastColumnsFound(source) + 1)
                .forEach((number, names) -> log(events, epoch, source, number, names));
          }
        });
  }

  private void log(
      EventLog events, LongSupplier epoch, String source, long number, List<String> names) {
    List<String> columns = names.stream().filter(added(source)::contains).toList();
    if (!columns.isEmpty()) {
      Failures.requireCommitted(
          EventLog.TABLE,
          events.append(epoch.getAsLong(), new EventLog.ColumnsFound(source, number, columns)));
    }
  }

  private List<String> added(String source) {
    return grown.pipeline().source(source).newFields().added();
  }

  private static Preview.Item item(String source, String text) {
    return new Preview.Item(Preview.Kind.COLUMNS_FOUND, source, text);
  }

  private static String names(List<String> names) {
    return String.join(", ", names);
  }
}
