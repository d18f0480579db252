package io.lakebeam.delta.view;

import io.lakebeam.delta.Changes;
import io.lakebeam.delta.ChangesGoneException;
import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.storage.Place;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The table of a view whose rows are computed from tables as they stand. Which versions of these it
 * shows is part of each of its commits, so a view that missed something catches up by itself.
 *
 * @param path where the view is
 * @param application names the view among all that write
 * @param inputs where the tables are that it is computed from, by name
 * @param schema of its rows
 * @param text what it computes
 */
public record ComputedTable(
    Place path,
    String application,
    TreeMap<String, Place> inputs,
    TableSchema schema,
    List<String> partitionBy,
    String text)
    implements Serializable {
  /** Which versions of which tables it shows. */
  private static final String INPUTS_PROPERTY = "lakebeam.inputs";

  public ComputedTable {
    partitionBy = List.copyOf(partitionBy);
  }

  /**
   * A table that the view is computed from.
   *
   * @param id the {@link Snapshot#id}
   */
  public record Input(String id, long version) implements Serializable {
    @Override
    public String toString() {
      return version + " of " + id;
    }
  }

  /**
   * What is to be computed to bring the view up to date.
   *
   * @param number counts the refreshes of the view, from 1 on
   * @param inputs what it is computed from, by name
   * @param definition the fingerprint of all that the rows depend on but for these
   * @param why all is computed anew that the view has, as the end of a sentence; empty when nothing
   *     but its inputs has changed
   * @param shown what the view said of itself before
   * @param files of the inputs, by name
   * @param moved what has happened to the only input since; null where the view has to be computed
   *     whole
   */
  public record Refresh(
      long number,
      TreeMap<String, Input> inputs,
      String definition,
      String why,
      String shown,
      TreeMap<String, ArrayList<DataFile>> files,
      @Nullable Moved moved)
      implements Serializable {
    /** The same without the files, for whoever commits it. */
    public Refresh withoutFiles() {
      return new Refresh(number, inputs, definition, why, shown, new TreeMap<>(), null);
    }

    /**
     * Tells two refreshes of a view apart that are not of the same rows: a runner that loses a
     * worker looks once more what is to be computed, and may find a table in another state.
     */
    public String key() {
      return String.join("\n", Long.toString(number), definition, inputs.toString());
    }

    /** Bytes of the files. */
    public long bytes() {
      return files.values().stream().flatMap(List::stream).mapToLong(DataFile::bytes).sum();
    }
  }

  /**
   * What has happened to the only table that a view reads.
   *
   * @param added its files that have come
   * @param removed its files that have gone
   * @param shown the files of the view
   */
  public record Moved(
      ArrayList<DataFile> added, ArrayList<DataFile> removed, ArrayList<DataFile> shown)
      implements Serializable {
    /** Bytes of the files that have come or gone. */
    public long bytes() {
      return added.stream().mapToLong(DataFile::bytes).sum()
          + removed.stream().mapToLong(DataFile::bytes).sum();
    }
  }

  /** Lets the next refresh compute the view whatever has changed. As {@link ViewTable}. */
  public CommitOutcome computeAnew(long asked) {
    return DeltaTable.at(path)
        .commit(
            Commit.builder(application + "#asked", asked)
                .properties(Map.of(ViewDefinition.PROPERTY, ViewDefinition.ASKED))
                .build());
  }

  /**
   * Empty when the view is up to date.
   *
   * @param lookedUp tells two states apart of what the query looks rows up in; empty when it looks
   *     up nothing
   * @param always true to compute it whether or not anything has changed
   */
  public Optional<Refresh> refresh(String lookedUp, boolean always) {
    // The number first: when another run refreshes the view in between, this one comes too late.
    long number = number();
    Optional<Snapshot> view = DeltaTable.at(path).latest();
    Map<String, Snapshot> sources = new LinkedHashMap<>();
    inputs.forEach(
        (name, at) ->
            DeltaTable.at(at).latest().ifPresent(snapshot -> sources.put(name, snapshot)));
    if (view.isEmpty() || sources.size() < inputs.size()) {
      return Optional.empty();
    }
    Map<String, String> properties = view.get().properties();
    String definition = definition(lookedUp);
    String known = properties.getOrDefault(ViewDefinition.PROPERTY, "");
    Map<String, Input> shown = inputs(properties.getOrDefault(INPUTS_PROPERTY, ""));
    boolean isShown =
        number > 0
            && definition.equals(known)
            && shown.keySet().equals(inputs.keySet())
            && sources.entrySet().stream()
                .allMatch(each -> isShown(each.getKey(), each.getValue(), shown));
    if (isShown && !always) {
      return Optional.empty();
    }
    TreeMap<String, Input> states = new TreeMap<>();
    TreeMap<String, ArrayList<DataFile>> files = new TreeMap<>();
    sources.forEach(
        (name, snapshot) -> {
          states.put(name, new Input(snapshot.id(), snapshot.version()));
          files.put(name, new ArrayList<>(snapshot.files()));
        });
    String why = number == 0 ? "" : ViewDefinition.why(known, definition);
    boolean isSameView = number > 0 && definition.equals(known) && !always;
    Moved moved = isSameView ? moved(sources, shown, view.get()) : null;
    return Optional.of(
        new Refresh(number + 1, states, definition, why, said(view.get()), files, moved));
  }

  private @Nullable Moved moved(
      Map<String, Snapshot> sources, Map<String, Input> shown, Snapshot view) {
    if (sources.size() != 1 || !sources.keySet().equals(shown.keySet())) {
      return null;
    }
    String name = sources.keySet().iterator().next();
    Snapshot now = sources.get(name);
    Input then = shown.get(name);
    if (!now.id().equals(then.id()) || now.version() < then.version()) {
      return null;
    }
    try {
      Changes changes = DeltaTable.at(inputs.get(name)).changes(then.version(), now.version());
      ArrayList<DataFile> added = new ArrayList<>(changes.added());
      ArrayList<DataFile> removed = new ArrayList<>(changes.removed());
      // What came and went in between may be deleted by now, and is of no view.
      Set<String> came = added.stream().map(DataFile::path).collect(Collectors.toSet());
      Set<String> went = removed.stream().map(DataFile::path).collect(Collectors.toSet());
      added.removeIf(file -> went.contains(file.path()));
      removed.removeIf(file -> came.contains(file.path()));
      return new Moved(added, removed, new ArrayList<>(view.files()));
    } catch (ChangesGoneException e) {
      return null;
    }
  }

  private long number() {
    return DeltaTable.at(path).transactionVersion(application).orElse(0);
  }

  /** True when the view has all that the table has, wherever that lies by now. */
  private boolean isShown(String name, Snapshot now, Map<String, Input> shown) {
    Input then = shown.get(name);
    if (!now.id().equals(then.id())) {
      return false;
    }
    if (now.version() == then.version()) {
      return true;
    }
    try {
      Changes changes = DeltaTable.at(inputs.get(name)).changes(then.version(), now.version());
      return now.version() > then.version()
          && changes.added().isEmpty()
          && changes.removed().isEmpty();
    } catch (ChangesGoneException e) {
      return false;
    }
  }

  /**
   * Puts rows in the place of others that the view has.
   *
   * @param files with the rows of the refresh
   * @param replaced what they take the place of; empty for all that the view has
   */
  public CommitOutcome commit(
      Refresh refresh, List<DataFile> files, Optional<List<DataFile>> replaced) {
    DeltaTable table = DeltaTable.at(path);
    Snapshot snapshot = table.latest().orElseThrow();
    long number = number();
    if (number >= refresh.number()) {
      return new CommitOutcome.AlreadyCommitted(number);
    }
    Set<String> there = snapshot.files().stream().map(DataFile::path).collect(Collectors.toSet());
    boolean isMoved =
        number != refresh.number() - 1
            || !said(snapshot).equals(refresh.shown())
            || !replaced.orElse(List.of()).stream().allMatch(file -> there.contains(file.path()));
    if (isMoved) {
      return new CommitOutcome.Conflicted("somebody else has changed the view in the meantime");
    }
    return table.commit(
        Commit.builder(application, refresh.number())
            .add(files)
            .remove(replaced.orElse(snapshot.files()))
            .readFrom(snapshot.version())
            .operation(Commit.Operation.MERGE)
            .redefine(new TableDefinition(schema, partitionBy, "", Map.of()))
            .properties(
                Map.of(
                    ViewDefinition.PROPERTY,
                    refresh.definition(),
                    INPUTS_PROPERTY,
                    text(refresh.inputs())))
            .build());
  }

  /** What a view says of itself: its definition, and what it shows. */
  private static String said(Snapshot view) {
    return view.properties().getOrDefault(ViewDefinition.PROPERTY, "")
        + "\n"
        + view.properties().getOrDefault(INPUTS_PROPERTY, "");
  }

  private static String text(Map<String, Input> inputs) {
    return inputs.entrySet().stream()
        .map(each -> each.getKey() + "=" + each.getValue().version() + ":" + each.getValue().id())
        .collect(Collectors.joining(","));
  }

  private static Map<String, Input> inputs(String text) {
    Map<String, Input> inputs = new LinkedHashMap<>();
    for (String each : text.isEmpty() ? new String[0] : text.split(",")) {
      int middle = each.indexOf('=');
      int end = each.indexOf(':');
      inputs.put(
          each.substring(0, middle),
          new Input(each.substring(end + 1), Long.parseLong(each.substring(middle + 1, end))));
    }
    return inputs;
  }

  private String definition(String lookedUp) {
    return ViewDefinition.of(
        String.join("\n", "computed", text, schema.ddl(), partitionBy.toString()), lookedUp);
  }
}
