package io.lakebeam.delta.upsert;

import io.lakebeam.delta.Changes;
import io.lakebeam.delta.ChangesGoneException;
import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.TimeRange;
import io.lakebeam.delta.sorted.Keys;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.Microseconds;
import io.lakebeam.sql.UpsertQuery;
import io.lakebeam.storage.Place;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table that shows what the rows of keys are, of a table of their changes. How far it has read
 * the changes is part of each of its commits, so one that missed something catches up by itself.
 *
 * <pre>
 *  changes (from, to] ─ look which files may have a row of a changed key ─┬─ unit ─ merge ─┐
 *                                                                         ├─ unit ─ merge ─┼─ commit
 *                                                                         └─ unit ─ merge ─┘
 * </pre>
 *
 * <p>Changes that no row shows, such as deletions, are remembered in a table beside it. They are
 * committed first and only ever added, and they are changes that there have been; so whatever ends
 * a run in between, what is remembered is never less than the rows need, and more does no harm.
 *
 * @param path where it is
 * @param remembered where is what no row shows
 * @param upstream where its changes are
 * @param upstreamSchema what that stores
 * @param application names the pair of them
 * @param partitionBy columns of the table
 * @param fileRows how many rows its files have, about: one change costs that many to be written
 *     again
 */
public record UpsertTable(
    Place path,
    Place remembered,
    Place upstream,
    TableSchema upstreamSchema,
    String application,
    UpsertQuery query,
    List<String> partitionBy,
    long fileRows)
    implements Serializable {
  /** A few megabytes: a tenth of a second to merge. */
  public static final long FILE_ROWS = 100_000;

  /** What its rows have in common: {@link UpsertQuery#form}. */
  private static final String FORM_PROPERTY = "lakebeam.upsert";

  /** How often it was asked for that all of it is merged anew. */
  private static final String GENERATION_PROPERTY = "lakebeam.generation";

  private static final int ATTEMPTS = 5;

  public UpsertTable {
    partitionBy = List.copyOf(partitionBy);
  }

  /** What the table is made as, and computed anew. */
  public static Map<String, String> properties(UpsertQuery query) {
    Map<String, String> properties = new HashMap<>(TableDefinition.LOG_KEPT_A_WEEK);
    properties.put(FORM_PROPERTY, query.form());
    return properties;
  }

  /** What the rows of a table have in common; empty of a table that shows no changes. */
  public static Optional<String> form(Snapshot table) {
    return Optional.ofNullable(table.properties().get(FORM_PROPERTY));
  }

  /** The keys of its rows, and of changes; for one thread. */
  Keys keys() {
    return new Keys(query.columns(), query.keys());
  }

  private TableDefinition definition() {
    return new TableDefinition(query.storedSchema(), partitionBy, "", Map.of());
  }

  private TableDefinition rememberedDefinition() {
    return new TableDefinition(
        query.changeSchema(),
        List.of(),
        "Changes that no row shows, such as deletions",
        TableDefinition.LOG_KEPT_A_WEEK);
  }

  /**
   * Lets the next epoch merge all changes anew, in one commit that takes the place of all rows.
   * Doing it again, before that, changes nothing.
   *
   * @param occasion greater than at any earlier occasion
   */
  public CommitOutcome computeAnew(long occasion) {
    return DeltaTable.at(path)
        .commit(
            Commit.builder(application + "#asked", occasion)
                .properties(Map.of(GENERATION_PROPERTY, Long.toString(occasion)))
                .build());
  }

  /** Whose commits count how far it has read its changes. */
  private String application(long generation, String upstreamId) {
    return application + "#" + generation + "#" + upstreamId;
  }

  /** True when all of it was asked for anew, and is not yet. */
  public boolean isToBeMergedAnew() {
    return DeltaTable.at(path).latest().filter(this::isAskedFor).isPresent();
  }

  private boolean isAskedFor(Snapshot table) {
    return generation(table) > DeltaTable.at(path).transactionVersion(anew()).orElse(0);
  }

  /** Who has merged all of it anew, as Delta knows it: its version is the generation. */
  private String anew() {
    return application + "#anew";
  }

  private static long generation(Snapshot table) {
    return Long.parseLong(table.properties().getOrDefault(GENERATION_PROPERTY, "0"));
  }

  /** True when it does not show all of its changes. */
  public boolean isBehind() {
    return state().isPresent();
  }

  /**
   * Both tables as they are.
   *
   * @param changes files of changes that are to be merged
   */
  private record State(
      Snapshot table,
      Snapshot upstream,
      long from,
      long generation,
      boolean isAnew,
      List<DataFile> changes) {}

  /** Empty when there is nothing to merge. */
  private Optional<State> state() {
    DeltaTable delta = DeltaTable.at(path);
    Optional<Snapshot> source = DeltaTable.at(upstream).latest();
    Optional<Snapshot> table = delta.latest();
    if (source.isEmpty() || table.isEmpty()) {
      return Optional.empty();
    }
    long generation = generation(table.get());
    long from = delta.transactionVersion(application(generation, source.get().id())).orElse(-1);
    boolean isAnew = isAskedFor(table.get());
    // Rows that are told apart otherwise wait until all of them are merged anew.
    boolean isAsDeclared = form(table.get()).equals(Optional.of(query.form()));
    if (from >= source.get().version() || !isAsDeclared && !isAnew) {
      return Optional.empty();
    }
    List<DataFile> changes = isAnew ? source.get().files() : changes(source.get(), from);
    return changes.isEmpty() && !(isAnew && !table.get().files().isEmpty())
        ? Optional.empty()
        : Optional.of(new State(table.get(), source.get(), from, generation, isAnew, changes));
  }

  /**
   * What brings it up to date; empty when it is.
   *
   * @param now when the epoch was planned
   */
  public Optional<Merge> merge(Instant now) {
    Optional<State> behind = state();
    if (behind.isEmpty()) {
      return Optional.empty();
    }
    State state = behind.get();
    if (DeltaTable.at(remembered).latest().isEmpty()) {
      DeltaTable.at(remembered).create(rememberedDefinition());
    }
    Snapshot beside = DeltaTable.at(remembered).latest().orElseThrow();
    String key =
        Merge.key(
            state.from(),
            state.upstream().version(),
            state.generation(),
            state.upstream().id(),
            state.table().version(),
            beside.version());
    long since = Microseconds.of(now.minus(query.remembered()));
    List<DataFile> leaves = state.isAnew() ? List.of() : state.table().files();
    List<DataFile> kept = state.isAnew() ? List.of() : beside.files();
    Truncations truncations = new Truncations(this);
    String before = state.isAnew() ? null : Truncations.shown(state.table());
    String truncated = truncations.last(state.changes(), before);
    boolean truncates = truncated != null && !truncated.equals(before);
    return Optional.of(
        new Merge(
            state.from(),
            state.upstream().version(),
            state.isAnew(),
            state.generation(),
            state.upstream().id(),
            state.table().version(),
            beside.version(),
            since,
            truncated,
            truncations.count(),
            truncates,
            new MergePlan(this, key, since, truncated, truncates)
                .units(leaves, kept, state.changes())));
  }

  /** Files of changes that it has not read; all of them when the log does not tell any more. */
  private List<DataFile> changes(Snapshot source, long from) {
    if (from < 0) {
      return source.files();
    }
    try {
      Changes changes = DeltaTable.at(upstream).changes(from, source.version());
      // Who takes rows out of the changes writes the others once more, and among them some of which
      // it is forgotten what came after them.
      return changes.removed().isEmpty() ? changes.added() : source.files();
    } catch (ChangesGoneException e) {
      return source.files(); // what is merged once more changes nothing
    }
  }

  /**
   * Does a unit of a merge.
   *
   * @param stem part of the new files' names
   */
  public Merge.Part merge(MergeUnit unit, String stem) {
    return new UnitMerger(this, unit, stem).merge();
  }

  /** What became of a merge. */
  public record Merged(CommitOutcome outcome, Merge.Counts counts, int files, long bytes)
      implements Serializable {}

  /**
   * Commits a merge whose units are done. When somebody else has written to the table since, it is
   * done again of what is there now.
   *
   * @param stem part of the new files' names
   */
  public Merged commit(Merge merge, List<Merge.Part> parts, Instant now, String stem) {
    Merged last = attempt(merge, parts);
    for (int i = 1; i < ATTEMPTS && last.outcome() instanceof CommitOutcome.Conflicted; i++) {
      Optional<Merge> again = merge(now);
      if (again.isEmpty()) {
        return new Merged(new CommitOutcome.AlreadyCommitted(merge.to()), last.counts(), 0, 0);
      }
      List<Merge.Part> done = new ArrayList<>();
      again.get().units().forEach(unit -> done.add(merge(unit, stem)));
      last = attempt(again.get(), done);
    }
    return last;
  }

  private Merged attempt(Merge merge, List<Merge.Part> parts) {
    Merge.Counts counts = new Merge.Counts(merge.truncations(), 0, 0, 0, 0);
    List<DataFile> added = new ArrayList<>();
    List<DataFile> removed = new ArrayList<>();
    List<DataFile> kept = new ArrayList<>();
    for (Merge.Part part : parts) {
      counts = counts.plus(part.counts());
      added.addAll(part.added());
      removed.addAll(part.removed());
      kept.addAll(part.remembered());
    }
    CommitOutcome beside = remember(merge, kept);
    if (!beside.isIn()) {
      return new Merged(beside, counts, 0, 0);
    }
    Snapshot before = DeltaTable.at(path).at(merge.version());
    if (merge.isAnew()) {
      removed.addAll(before.files());
    }
    Commit.Builder commit =
        Commit.builder(application(merge.generation(), merge.upstreamId()), merge.to())
            .follows(merge.from())
            .add(added)
            .remove(removed)
            .readFrom(merge.version())
            .operation(Commit.Operation.MERGE)
            .parameters(Map.of("upstreamVersion", Long.toString(merge.to())));
    if (merge.isAnew()) {
      Map<String, String> properties = new HashMap<>(Map.of(FORM_PROPERTY, query.form()));
      if (merge.truncated() != null || Truncations.shown(before) != null) {
        properties.put(Truncations.PROPERTY, Optional.ofNullable(merge.truncated()).orElse(""));
      }
      commit
          .redefine(definition())
          .properties(properties)
          .marks(Map.of(anew(), merge.generation()));
    } else {
      commit.writtenFor(definition());
      if (merge.truncates()) {
        commit.properties(Map.of(Truncations.PROPERTY, merge.truncated()));
      }
    }
    CommitOutcome outcome = DeltaTable.at(path).commit(commit.build());
    long bytes = added.stream().mapToLong(DataFile::bytes).sum();
    return new Merged(outcome, counts, added.size(), bytes);
  }

  /**
   * Adds to what is remembered, and forgets what is old. Whoever has done so since may have merged
   * the same changes: then this is a conflict, and done again of what is there now.
   */
  private CommitOutcome remember(Merge merge, List<DataFile> kept) {
    DeltaTable table = DeltaTable.at(remembered);
    List<DataFile> before = table.at(merge.rememberedVersion()).files();
    // Where a row may be made of several changes, they are forgotten together: by key.
    boolean areAlone = !query.hasHistory() && query.ignoredNulls().isEmpty();
    List<DataFile> gone =
        merge.isAnew()
            ? before
            : before.stream()
                .filter(file -> areAlone)
                .filter(
                    file ->
                        TimeRange.of(file, HiddenColumns.INGESTED_AT.name()).greatest()
                            < merge.since())
                .toList();
    if (kept.isEmpty() && gone.isEmpty() && !merge.isAnew()) {
      return new CommitOutcome.AlreadyCommitted(merge.rememberedVersion());
    }
    Commit.Builder commit =
        Commit.builder(application + "#remembered", merge.rememberedVersion() + 1)
            .add(kept)
            .remove(gone)
            .readFrom(merge.rememberedVersion())
            .parameters(Map.of("upstreamVersion", Long.toString(merge.to())));
    if (merge.isAnew()) {
      commit.redefine(rememberedDefinition());
    } else {
      commit.writtenFor(rememberedDefinition());
    }
    CommitOutcome outcome = table.commit(commit.build());
    return outcome instanceof CommitOutcome.AlreadyCommitted
        ? new CommitOutcome.Conflicted("another run has merged changes in the meantime")
        : outcome;
  }
}
