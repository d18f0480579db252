package io.lakebeam.delta.view;

import io.lakebeam.delta.Changes;
import io.lakebeam.delta.ChangesGoneException;
import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.delta.file.RowFit;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.ViewQuery;
import io.lakebeam.storage.Place;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The table of a materialized view. How far the view has read the table it follows is part of every
 * commit of the view (a transaction of the application {@code upstream}, whose version is the
 * upstream's version), so a view that missed something catches up by itself.
 *
 * @param path where the view is
 * @param upstream where the table it follows is
 * @param application names the pair of them
 */
public record ViewTable(
    Place path, Place upstream, String application, ViewQuery query, List<String> partitionBy)
    implements Serializable {
  /**
   * The view's query when it was last computed; a view whose query has changed is computed anew.
   */
  private static final String QUERY_PROPERTY = ViewDefinition.PROPERTY;

  /** The table that the versions it counts are those of. */
  private static final String UPSTREAM_PROPERTY = "lakebeam.upstream";

  /** How often the view was computed anew: each time, counting upstream versions starts over. */
  private static final String GENERATION_PROPERTY = "lakebeam.generation";

  private static final int ATTEMPTS = 5;

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
   */
  public record Refresh(
      long from,
      long to,
      boolean anew,
      String why,
      long generation,
      String upstreamId,
      String definition,
      List<DataFile> files)
      implements Serializable {
    public Refresh {
      files = List.copyOf(files);
    }

    /**
     * Tells two refreshes of a view apart that are not of the same rows: a runner that loses a
     * worker looks once more what is to be read, and may find the table or what is looked up in
     * another state.
     */
    public String key() {
      return String.join(
          "\n", from + " to " + to, (anew ? "anew " : "") + generation, upstreamId, definition);
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
                new Refresh(from, to, false, "", generation, id, definition(lookedUp), added));
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
                all));
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

  /** What a refresh did. */
  public record Refreshed(CommitOutcome outcome, long rows, int files, long bytes)
      implements Serializable {}

  /**
   * Adds groups to the view and commits. Only files that hold a row of one of the groups are
   * replaced. The groups are what the view lacked when the refresh began; when another run has
   * moved the view since, they may be in it, wholly or in part, and nothing is committed.
   *
   * @param stem part of the new files' names
   */
  public Refreshed merge(Refresh refresh, Groups news, String stem) {
    Refreshed last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      last = attempt(refresh, news, stem);
      if (!(last.outcome() instanceof CommitOutcome.Conflicted)) {
        return last;
      }
    }
    return last;
  }

  private Refreshed attempt(Refresh refresh, Groups news, String stem) {
    DeltaTable table = DeltaTable.at(path);
    Snapshot snapshot = table.latest().orElseThrow();
    Optional<CommitOutcome> moved = moved(refresh, snapshot);
    if (moved.isPresent()) {
      return new Refreshed(moved.get(), 0, 0, 0);
    }
    TableSchema schema = Groups.storedSchema(query);
    List<DataFile> replaced = new ArrayList<>();
    news.addRowOfNoGroup();
    Groups result = news.none();
    result.merge(news.parts());
    List<InternalRow> untouched = new ArrayList<>();
    for (DataFile file : snapshot.files()) {
      if (refresh.anew()) {
        replaced.add(file);
        continue;
      }
      List<InternalRow> rows = read(file, snapshot.schema(), schema);
      if (rows.stream().anyMatch(news::touches)) {
        for (InternalRow row : rows) {
          if (news.touches(row)) {
            result.mergeStored(row);
          } else {
            untouched.add(row);
          }
        }
        replaced.add(file);
      }
    }
    try (DataFileWriter writer = new DataFileWriter(path, schema, partitionBy, stem)) {
      List<InternalRow> rows = result.rows();
      rows.addAll(untouched);
      RowFit fit = new RowFit(schema, partitionBy);
      for (InternalRow row : rows) {
        fit.problem(row).ifPresent(ViewTable::refuse);
        writer.write(row);
      }
      List<DataFile> files = writer.finish();
      Commit.Builder commit =
          Commit.builder(application(refresh.generation()), refresh.to())
              .add(files)
              .remove(replaced)
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
      CommitOutcome outcome = table.commit(commit.build());
      long bytes = files.stream().mapToLong(DataFile::bytes).sum();
      return new Refreshed(outcome, rows.size(), files.size(), bytes);
    }
  }

  private static void refuse(String problem) {
    throw new NoRoomException(
        "a group cannot be stored",
        problem,
        "let the query give values that fit, for instance with a CASE around the expression");
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
    return isAsBegun
        ? Optional.empty()
        : Optional.of(
            new CommitOutcome.Conflicted("another run has refreshed the view in the meantime"));
  }

  private static long generation(Snapshot view) {
    return Long.parseLong(view.properties().getOrDefault(GENERATION_PROPERTY, "0"));
  }

  private List<InternalRow> read(DataFile file, TableSchema stored, TableSchema wanted) {
    List<InternalRow> rows = new ArrayList<>();
    try (CloseableIterator<InternalRow> each =
        DataFileReader.read(path, file, stored, wanted.names())) {
      each.forEachRemaining(rows::add);
    }
    return rows;
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

  /** The fingerprint of all that the view's rows depend on but for the rows it follows. */
  private String definition(String lookedUp) {
    return ViewDefinition.of(
        String.join("\n", query.text(), Groups.storedSchema(query).ddl(), partitionBy.toString()),
        lookedUp);
  }
}
