package io.lakebeam.delta.view;

import io.lakebeam.delta.Changes;
import io.lakebeam.delta.ChangesGoneException;
import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.sorted.Slots;
import io.lakebeam.graph.DataType;
import io.lakebeam.sql.ViewQuery;
import io.lakebeam.storage.Place;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The table of a materialized view. How far the view has read the table it follows is part of every
 * commit of the view (a transaction of the application {@code upstream}, whose version is the
 * upstream's version), so a view that missed something catches up by itself.
 *
 * @param path where the view is
 * @param upstream where the table it follows is
 * @param application names the pair of them
 * @param partitionBy groups
 * @param fileRows how many rows its files have, about: one group costs that many to be written
 *     again
 */
public record ViewTable(
    Place path,
    Place upstream,
    String application,
    ViewQuery query,
    List<String> partitionBy,
    long fileRows)
    implements Serializable {
  /** A few megabytes: a tenth of a second to merge. */
  public static final long FILE_ROWS = 100_000;

  /**
   * The view's query when it was last computed; a view whose query has changed is computed anew.
   */
  private static final String QUERY_PROPERTY = ViewDefinition.PROPERTY;

  /** The table that the versions it counts are those of. */
  private static final String UPSTREAM_PROPERTY = "lakebeam.upstream";

  /** How often the view was computed anew: each time, counting upstream versions starts over. */
  private static final String GENERATION_PROPERTY = "lakebeam.generation";

  public ViewTable {
    partitionBy = List.copyOf(partitionBy);
  }

  /**
   * What is to be read to bring the view up to date.
   *
   * @param from the upstream version it shows; -1 for none
   * @param to the upstream version it will show
   * @param anew true when everything the view holds is replaced
   * @param why it is replaced, as the end of a sentence; empty when nothing is lost by it
   * @param generation what the commit belongs to
   * @param upstreamId the upstream's {@link Snapshot#id}
   * @param definition the fingerprint of all that the rows depend on but for those it follows
   * @param files of the upstream
   * @param version of the view that it begins with
   * @param shown the files of the view that stay, but for those with a changed group; none when all
   *     are replaced
   */
  public record Refresh(
      long from,
      long to,
      boolean anew,
      String why,
      long generation,
      String upstreamId,
      String definition,
      List<DataFile> files,
      long version,
      List<DataFile> shown)
      implements Serializable {
    public Refresh {
      files = List.copyOf(files);
      shown = List.copyOf(shown);
    }

    /** The same without files, for whoever commits it; for a computation anew all are replaced. */
    public Refresh withoutFiles() {
      return new Refresh(
          from, to, anew, why, generation, upstreamId, definition, List.of(), version, shown);
    }

    /**
     * Tells two refreshes of a view apart that are not of the same rows: a runner that loses a
     * worker looks once more what is to be read, and may find the table or what is looked up in
     * another state.
     */
    public String key() {
      return String.join(
          "\n",
          from + " to " + to,
          (anew ? "anew " : "") + generation,
          Long.toString(version),
          upstreamId,
          definition);
    }
  }

  /** What its table is, but for comment and properties. */
  private TableDefinition table() {
    return new TableDefinition(Groups.storedSchema(query), partitionBy, "", Map.of());
  }

  /**
   * Lets the next refresh compute the view anew. Doing it again, before that, changes nothing.
   *
   * @param asked grows with each time that it is asked for
   */
  public CommitOutcome computeAnew(long asked) {
    return DeltaTable.at(path)
        .commit(
            Commit.builder(application + "#asked", asked)
                .properties(Map.of(QUERY_PROPERTY, ViewDefinition.ASKED))
                .build());
  }

  /**
   * Empty when the view is up to date.
   *
   * @param lookedUp tells two states apart of what the query looks rows up in; empty when it looks
   *     up nothing
   */
  public Optional<Refresh> refresh(String lookedUp) {
    Optional<Snapshot> source = DeltaTable.at(upstream).latest();
    Optional<Snapshot> view = DeltaTable.at(path).latest();
    if (source.isEmpty() || view.isEmpty()) {
      return Optional.empty();
    }
    long to = source.get().version();
    Map<String, String> properties = view.get().properties();
    long generation = generation(view.get());
    long from = DeltaTable.at(path).transactionVersion(application(generation)).orElse(-1);
    String id = source.get().id();
    boolean isSameQuery =
        definition(lookedUp).equals(properties.get(QUERY_PROPERTY))
            && id.equals(properties.get(UPSTREAM_PROPERTY));
    boolean lacksItsRow = query.groups().isEmpty() && view.get().files().isEmpty();
    if (from >= 0 && isSameQuery && !lacksItsRow) {
      if (from >= to) {
        return Optional.empty();
      }
      Optional<Changes> changes = changes(from, to);
      if (changes.isPresent() && changes.get().removed().isEmpty()) {
        List<DataFile> added = changes.get().added();
        return added.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Refresh(
                    from,
                    to,
                    false,
                    "",
                    generation,
                    id,
                    definition(lookedUp),
                    added,
                    view.get().version(),
                    view.get().files()));
      }
    }
    List<DataFile> all = source.get().files();
    boolean nothing = all.isEmpty() && view.get().files().isEmpty();
    return nothing && !lacksItsRow
        ? Optional.empty()
        : Optional.of(
            new Refresh(
                from,
                to,
                true,
                from < 0 ? "" : why(properties, id, lookedUp),
                generation + 1,
                id,
                definition(lookedUp),
                all,
                view.get().version(),
                List.of()));
  }

  private String why(Map<String, String> properties, String upstreamId, String lookedUp) {
    String why =
        ViewDefinition.why(properties.getOrDefault(QUERY_PROPERTY, ""), definition(lookedUp));
    // Who has taken rows out of the table, if nothing else has changed, is told by itself.
    return !why.isEmpty() || upstreamId.equals(properties.get(UPSTREAM_PROPERTY))
        ? why
        : "the table it follows was made anew";
  }

  /** Empty when the upstream's log no longer goes back that far: the view is computed anew. */
  private Optional<Changes> changes(long from, long to) {
    try {
      return Optional.of(DeltaTable.at(upstream).changes(from, to));
    } catch (ChangesGoneException e) {
      return Optional.empty();
    }
  }

  /** The groups of the view, of which none is there; for one thread. */
  public Groups groups() {
    return new Groups(query, partitionBy);
  }

  /**
   * Where the view's files leave room for the groups of a refresh to be added beside each other.
   */
  public Slots slots(Refresh refresh, Groups groups) {
    return Slots.of(refresh.shown(), groups.keys(), partitionBy.size());
  }

  /** True when the view is to have a row though there may be nothing to add up. */
  public boolean lacksItsRow(Refresh refresh) {
    return query.groups().isEmpty() && refresh.shown().isEmpty();
  }

  /**
   * Commits what a refresh has come to. What it was computed from is what the view showed when it
   * began; when another run has moved the view since, the groups may be in it, wholly or in part,
   * and nothing is committed.
   */
  public CommitOutcome commit(Refresh refresh, List<GroupMerger.Merged> merged) {
    DeltaTable table = DeltaTable.at(path);
    Snapshot snapshot = table.latest().orElseThrow();
    Optional<CommitOutcome> moved = moved(refresh, snapshot);
    if (moved.isPresent()) {
      return moved.get();
    }
    Commit.Builder commit =
        Commit.builder(application(refresh.generation()), refresh.to())
            .add(merged.stream().flatMap(each -> each.added().stream()).toList())
            .remove(
                refresh.anew()
                    ? snapshot.files()
                    : merged.stream().flatMap(each -> each.removed().stream()).toList())
            .readFrom(snapshot.version())
            .operation(Commit.Operation.MERGE)
            .parameters(Map.of("upstreamVersion", Long.toString(refresh.to())));
    if (refresh.anew()) {
      commit
          .redefine(table())
          .properties(
              Map.of(
                  QUERY_PROPERTY,
                  refresh.definition(),
                  UPSTREAM_PROPERTY,
                  refresh.upstreamId(),
                  GENERATION_PROPERTY,
                  Long.toString(refresh.generation())));
    } else {
      commit.writtenFor(table());
    }
    return table.commit(commit.build());
  }

  /**
   * What keeps a refresh from being committed: the view no longer is what the refresh began with.
   * What moves it after the snapshot, Delta sees.
   */
  private Optional<CommitOutcome> moved(Refresh refresh, Snapshot snapshot) {
    long generation = generation(snapshot);
    long shown =
        DeltaTable.at(path).transactionVersion(application(refresh.generation())).orElse(-1);
    if (generation == refresh.generation() && shown >= refresh.to()) {
      return Optional.of(new CommitOutcome.AlreadyCommitted(shown));
    }
    boolean isAsBegun =
        refresh.anew()
            ? generation == refresh.generation() - 1
            : generation == refresh.generation() && shown == refresh.from();
    if (!isAsBegun) {
      return Optional.of(
          new CommitOutcome.Conflicted("another run has refreshed the view in the meantime"));
    }
    boolean hasOtherFiles =
        !refresh.anew()
            && snapshot.version() != refresh.version()
            && !paths(snapshot.files()).equals(paths(refresh.shown()));
    return hasOtherFiles
        ? Optional.of(
            new CommitOutcome.Conflicted("somebody else has changed the view in the meantime"))
        : Optional.empty();
  }

  /** The same refresh of the view as it is now; empty when another run has refreshed it. */
  public Optional<Refresh> rebased(Refresh refresh) {
    Snapshot now = DeltaTable.at(path).latest().orElseThrow();
    Refresh rebased =
        new Refresh(
            refresh.from(),
            refresh.to(),
            refresh.anew(),
            refresh.why(),
            refresh.generation(),
            refresh.upstreamId(),
            refresh.definition(),
            refresh.files(),
            now.version(),
            refresh.anew() ? List.of() : now.files());
    return moved(rebased, now).isEmpty() ? Optional.of(rebased) : Optional.empty();
  }

  private static long generation(Snapshot view) {
    return Long.parseLong(view.properties().getOrDefault(GENERATION_PROPERTY, "0"));
  }

  private static Set<String> paths(List<DataFile> files) {
    return files.stream().map(DataFile::path).collect(Collectors.toSet());
  }

  private String application(long generation) {
    return application + "#" + generation;
  }

  /**
   * True for the table of a view that was computed, whatever its query was: as all of it comes from
   * the table it follows, it may be computed anew with other columns.
   */
  public static boolean isComputed(Snapshot table) {
    return table.properties().containsKey(QUERY_PROPERTY);
  }

  private boolean hasPartitionsOfText() {
    return partitionBy.stream()
        .flatMap(name -> query.columns().column(name).stream())
        .anyMatch(column -> column.type() == DataType.Primitive.STRING);
  }

  /** The fingerprint of all that the view's rows depend on but for the rows it follows. */
  private String definition(String lookedUp) {
    return ViewDefinition.of(
        String.join(
            "\n",
            query.text(),
            Groups.storedSchema(query).ddl(),
            // Before that, an empty text was a new row in each epoch.
            hasPartitionsOfText()
                ? partitionBy + ", an empty text is NULL"
                : partitionBy.toString()),
        lookedUp);
  }
}
