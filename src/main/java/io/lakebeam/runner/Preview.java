package io.lakebeam.runner;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.epoch.FullRefresh;
import io.lakebeam.epoch.LeaseLostException;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.epoch.PipelineRenamedException;
import io.lakebeam.event.EventLog;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.pipeline.Definitions;
import io.lakebeam.pipeline.graph.StoredViews;
import io.lakebeam.quarantine.Retention;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.TableHistory;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.Secrets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the next run of a pipeline would do to its lake, found out without doing it. */
public final class Preview {
  private final CompiledPipeline pipeline;
  private final Update.Selection selection;
  private final Ledger ledger;
  private final Ledger.Contents contents;
  private final List<Item> items = new ArrayList<>();

  private Preview(CompiledPipeline pipeline, Update.Selection selection, Ledger ledger) {
    this.pipeline = pipeline.withId(ledger.id());
    this.selection = selection;
    this.ledger = ledger;
    this.contents = ledger.contents();
  }

  /** What kind of thing is told. */
  public enum Kind {
    /** A run would stop before it does anything. */
    REFUSED,
    TABLE_MADE,
    COLUMNS_CHANGED,
    /** Fields that a source's schema does not know have become columns of it. */
    COLUMNS_FOUND,
    /** A table that was declared later gets rows that another one has. */
    HISTORY_FILLED,
    /** All rows of a table give way to new ones. */
    COMPUTED_ANEW,
    DEFINITION_CHANGED,
    /** A table stays as it is, because nothing declares it any more. */
    TABLE_LEFT,
    EPOCH_DONE_AGAIN,
    VIEW_COMPUTED,
    INPUT_WAITING,
    /** Rows of a quarantine are older than it keeps them. */
    ROWS_DELETED,
    /** Reference files are others than the last epoch has looked rows up in. */
    REFERENCE_CHANGED;

    /** False for what a run would not do anything about. */
    public boolean isChange() {
      return this != TABLE_LEFT && this != COLUMNS_FOUND && this != REFERENCE_CHANGED;
    }
  }

  /**
   * One thing that a run would do.
   *
   * @param name of the source or dataset; empty where it is of none
   * @param text a sentence for people, without full stop
   * @param code of what is refused; empty for what is not
   */
  public record Item(Kind kind, String name, String text, Optional<ErrorCode> code) {
    Item(Kind kind, String name, String text) {
      this(kind, name, text, Optional.empty());
    }
  }

  /**
   * Looks at the lake and at every source. Makes nothing, and takes no lease: what a run that is
   * alive does in the meantime may make it wrong.
   *
   * @throws io.lakebeam.source.SourceException when a source cannot be asked
   * @throws io.lakebeam.delta.DeltaException when a table cannot be read
   */
  public static List<Item> of(CompiledPipeline pipeline) {
    return of(pipeline, Update.Selection.ALL);
  }

  /**
   * Looks at what a run would do of which somebody wants a part, or some of it anew.
   *
   * @throws io.lakebeam.source.SourceException when a source cannot be asked
   * @throws io.lakebeam.delta.DeltaException when a table cannot be read
   */
  public static List<Item> of(CompiledPipeline pipeline, Update.Selection selection) {
    pipeline.storage().open();
    Ledger ledger;
    try {
      ledger = Ledger.of(pipeline.lake(), pipeline.name());
    } catch (PipelineRenamedException e) {
      return List.of(refused("", e.code(), e.told().sentence() + "; " + e.fix()));
    }
    Preview asDeclared = new Preview(pipeline, selection, ledger);
    SourceColumns columns = SourceColumns.of(asDeclared.pipeline, ledger, asDeclared::anew);
    Preview preview = new Preview(columns.pipeline(), selection, ledger);
    preview.items.addAll(columns.items());
    preview.lake();
    preview.sources();
    preview.requests();
    preview.expired();
    return List.copyOf(preview.items);
  }

  private void add(Kind kind, String name, String format, Object... values) {
    items.add(new Item(kind, name, String.format(Locale.ROOT, format, values)));
  }

  private void refuse(String name, ErrorCode code, String text) {
    items.add(refused(name, code, text));
  }

  private static Item refused(String name, ErrorCode code, String text) {
    return new Item(Kind.REFUSED, name, text, Optional.of(code));
  }

  private void lake() {
    List<String> missing;
    try {
      missing = Lake.missing(pipeline, ledger.neighbours());
    } catch (UpdateFailedException e) {
      refuse("", e.code(), e.told().sentence() + "; " + e.fix());
      return;
    }
    Set<String> anew = computedAnew();
    SchemaChanges columns = SchemaChanges.of(pipeline).without(pipeline.withUpserts(anew));
    columns
        .refused()
        .forEach(
            (table, change) ->
                refuse(
                    table,
                    ErrorCode.COLUMNS_REFUSED,
                    String.format(
                        Locale.ROOT,
                        "table %s cannot become what is declared: %s; %s",
                        table,
                        change,
                        SchemaChanges.WAY_OUT)));
    missing.forEach(table -> add(Kind.TABLE_MADE, table, "table %s is made", table));
    columns
        .additive()
        .forEach(
            (table, change) ->
                add(
                    Kind.COLUMNS_CHANGED,
                    table,
                    "table %s, with its next rows: %s",
                    table,
                    change));
    definitions();
    items.addAll(histories(pipeline, new LateTables(pipeline, contents, missing, anew)));
    contents
        .undone()
        .ifPresent(
            plan ->
                add(
                    Kind.EPOCH_DONE_AGAIN,
                    "",
                    "epoch %d was not finished: it is done again",
                    plan.number()));
    StoredViews.behind(selection.isAll() ? pipeline : pipeline.only(selection.names()))
        .forEach(
            (view, why) ->
                add(
                    Kind.VIEW_COMPUTED,
                    view,
                    "%s",
                    why.isEmpty() ? view + " is brought up to date" : why));
  }

  /** Tells which tables are computed anew, and whether that may be. */
  private Set<String> computedAnew() {
    FullRefreshes refreshes =
        new FullRefreshes(
            pipeline,
            ledger,
            source -> SourceDiscovery.of(pipeline.storage(), source, Secrets::resolve),
            false);
    Optional<FullRefresh> underWay = underWay();
    Set<String> asked = refreshes.declared(selection.anew());
    Set<String> tables = new TreeSet<>(pipeline.withFollowers(asked));
    underWay.ifPresent(each -> tables.addAll(each.tables()));
    for (CompiledTable table : pipeline.streamingTables()) {
      if (tables.contains(table.name()) || selection.anew().contains(table.name())) {
        add(
            Kind.COMPUTED_ANEW,
            table.name(),
            underWay.isPresent()
                ? "table %s is being computed anew, of %s: that goes on"
                : "table %s is computed anew, of %s",
            table.name(),
            read(table));
      }
    }
    for (CompiledView view : pipeline.views()) {
      if (selection.anew().contains(view.name())
          && view.inputs().stream().noneMatch(tables::contains)) {
        add(
            Kind.COMPUTED_ANEW,
            view.name(),
            "view %s is computed anew, of %s",
            view.name(),
            String.join(", ", view.inputs()));
      }
    }
    try {
      if (!asked.isEmpty()) {
        refreshes.requirePossible(asked);
      }
    } catch (UpdateFailedException e) {
      refuse("", e.code(), e.told().sentence() + "; " + e.fix());
    }
    return tables;
  }

  private Set<String> anew() {
    Set<String> anew = pipeline.withFollowers(selection.anew());
    underWay().ifPresent(refresh -> anew.addAll(refresh.tables()));
    return anew;
  }

  private Optional<FullRefresh> underWay() {
    try {
      return ledger.refresh(contents);
    } catch (LeaseLostException e) {
      return Optional.empty(); // it has ended while this looked
    }
  }

  private String read(CompiledTable table) {
    Set<String> read = new TreeSet<>();
    table.flows().forEach(flow -> read.addAll(flow.takes()));
    pipeline.windows().stream()
        .filter(windows -> windows.name().equals(table.name()))
        .forEach(windows -> read.add(windows.upstream()));
    return String.join(", ", read);
  }

  private void definitions() {
    Map<String, String> now = Definitions.now(pipeline);
    Set<String> files =
        pipeline.lookups().stream().map(EventLog::files).collect(Collectors.toSet());
    Map<String, String> then = contents.last().map(plan -> plan.inputs()).orElse(Map.of());
    for (String name : Definitions.changed(then, now)) {
      if (files.contains(name)) {
        add(
            Kind.REFERENCE_CHANGED,
            name,
            "%s have changed: rows are looked up in the new ones from epoch %d on",
            name,
            contents.lastPlanned() + 1);
        continue;
      }
      add(
          Kind.DEFINITION_CHANGED,
          name,
          "%s is declared otherwise: that applies from epoch %d on",
          name,
          contents.lastPlanned() + 1);
    }
    Set<String> left = new TreeSet<>(then.keySet());
    left.removeAll(now.keySet());
    left.removeIf(name -> then.get(name).isEmpty() || name.contains(" "));
    for (String name : left) {
      add(Kind.TABLE_LEFT, name, "%s is not declared any more: what it has stays", name);
    }
  }

  /** The histories that late tables would get. */
  static List<Item> histories(CompiledPipeline pipeline, LateTables late) {
    List<Item> items = new ArrayList<>();
    for (String history : late.histories().keySet()) {
      String into = TableHistory.into(history);
      String table = TableHistory.table(history);
      String rows =
          DeltaTable.at(pipeline.pathOf(table))
              .latest()
              .flatMap(Snapshot::rows)
              .map(count -> String.format(Locale.ROOT, "%,d rows", count))
              .orElse("rows");
      items.add(
          new Item(
              Kind.HISTORY_FILLED,
              into,
              into + " gets its history, of the " + rows + " that " + table + " has"));
    }
    return items;
  }

  /** Rows that a run takes again because somebody has asked for it. */
  private void requests() {
    SourcePosition position =
        contents.positions().getOrDefault(Slice.RefusedRows.SOURCE, SourcePosition.Requests.NONE);
    Discovery found = new ReplayDiscovery(pipeline).discover(position, Long.MAX_VALUE);
    long rows = found.slices().stream().mapToLong(slice -> slice.rows().orElse(0)).sum();
    if (rows > 0) {
      add(
          Kind.INPUT_WAITING,
          Slice.RefusedRows.SOURCE,
          "%,d refused %s to be taken again",
          rows,
          rows == 1 ? "row is" : "rows are");
    }
  }

  private void expired() {
    CompiledPipeline wanted = selection.isAll() ? pipeline : pipeline.only(selection.names());
    for (Retention.Due due : new Retention(wanted, Clock.systemUTC()).due()) {
      if (due.rows() > 0) {
        add(
            Kind.ROWS_DELETED,
            due.table().quarantineName(),
            "%s: %,d %s refused before %s, and deleted",
            due.table().quarantineName(),
            due.rows(),
            due.rows() == 1 ? "row was" : "rows were",
            due.before());
      }
    }
  }

  private void sources() {
    Set<String> wanted = pipeline.sourcesFor(selection.names());
    for (SourceSpec source : pipeline.readSources()) {
      if (!selection.isAll() && !wanted.contains(source.name())) {
        continue;
      }
      SourcePosition position =
          contents.positions().getOrDefault(source.name(), SourcePosition.start(source));
      Discovery found =
          SourceDiscovery.of(pipeline.storage(), source, Secrets::resolve)
              .discover(position, Long.MAX_VALUE);
      long files = found.slices().stream().filter(slice -> slice.ofFile().isPresent()).count();
      long rows = found.slices().stream().mapToLong(slice -> slice.rows().orElse(0)).sum();
      if (files > 0) {
        add(
            Kind.INPUT_WAITING,
            source.name(),
            "source %s: %,d %s",
            source.name(),
            files,
            files == 1 ? "file waits" : "files wait");
      } else if (!found.slices().isEmpty()) {
        add(
            Kind.INPUT_WAITING,
            source.name(),
            "source %s: %,d %s in %,d partitions",
            source.name(),
            rows,
            rows == 1 ? "offset waits" : "offsets wait",
            found.slices().stream().map(Slice::toString).distinct().count());
      }
    }
  }
}
