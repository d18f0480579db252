package io.lakebeam.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What others have done to a table since Lakebeam's last commit to it. It is read from the log's
 * own files, so it can be told of a table that Lakebeam cannot open any more, too.
 *
 * @param commits newest first; none when the newest commit is one of Lakebeam's
 * @param features that the table has got and Lakebeam cannot work with: {@code deletionVectors}
 * @param given the oldest commit that has to do with them; empty when it has none
 */
public record ForeignWork(
    List<ForeignCommit> commits, List<String> features, Optional<ForeignCommit> given) {
  /** Lakebeam commits often; who looks further back looks at a table that is not Lakebeam's. */
  private static final int MOST_VERSIONS = 100;

  /**
   * In place of a feature: the table is free of it, but its log is not. A file that comes back
   * without its deletion vector, as by RESTORE, is one that delta-standalone takes for removed.
   */
  private static final String DELETED_ROWS = "rows deleted by deletion vectors";

  private static final String COMMIT = "\\d{20}\\.json";

  /** What a table of version 2 for writers has, which Lakebeam knows. */
  private static final Set<String> KNOWN = Set.of("appendOnly", "invariants");

  public ForeignWork {
    commits = List.copyOf(commits);
    features = List.copyOf(features);
  }

  /**
   * Looks at the end of a table's log; nothing is found of a table that does not exist.
   *
   * @throws io.lakebeam.storage.StorageException when the log cannot be listed or read
   */
  public static ForeignWork of(Place table) {
    return table.storage().list(log(table)).stream()
        .map(file -> file.getPath().getName())
        .filter(name -> name.matches(COMMIT))
        .max(Comparator.naturalOrder())
        .map(name -> of(table, Long.parseLong(name.substring(0, name.indexOf('.')))))
        .orElse(new ForeignWork(List.of(), List.of(), Optional.empty()));
  }

  /**
   * Looks at the end of a table's log.
   *
   * @param latest the table's version
   * @throws io.lakebeam.storage.StorageException when the log cannot be read
   */
  public static ForeignWork of(Place table, long latest) {
    List<ForeignCommit> commits = new ArrayList<>();
    @Nullable List<String> features = null;
    Optional<ForeignCommit> given = Optional.empty();
    Optional<ForeignCommit> deleting = Optional.empty();
    for (long version = latest; version > latest - MOST_VERSIONS && version >= 0; version--) {
      String name = String.format(Locale.ROOT, "%020d.json", version);
      Optional<List<JsonNode>> actions =
          DeltaActions.of(table.storage(), new Path(log(table), name));
      if (actions.isEmpty() || isOurs(actions.get())) {
        break;
      }
      ForeignCommit commit = ForeignCommit.of(version, actions.get());
      commits.add(commit);
      JsonNode protocol = DeltaActions.first(actions.get(), "protocol");
      if (!protocol.isMissingNode()) {
        List<String> beyond = beyondOurs(protocol);
        // The newest counts; who began with it is the oldest.
        features = features == null ? beyond : features;
        given = beyond.isEmpty() ? given : Optional.of(commit);
      }
      deleting = hasDeletionVectors(actions.get()) ? Optional.of(commit) : deleting;
    }
    if (features != null && !features.isEmpty()) {
      return new ForeignWork(commits, features, given);
    }
    return new ForeignWork(
        commits, deleting.isPresent() ? List.of(DELETED_ROWS) : List.of(), deleting);
  }

  private static boolean hasDeletionVectors(List<JsonNode> actions) {
    return actions.stream()
        .anyMatch(
            action ->
                action.path("add").hasNonNull("deletionVector")
                    || action.path("remove").hasNonNull("deletionVector"));
  }

  /** Those that have changed rows, newest first. */
  public List<ForeignCommit> ofRows() {
    return commits.stream().filter(ForeignCommit::changesRows).toList();
  }

  private static Path log(Place table) {
    return new Path(table.path(), "_delta_log");
  }

  private static boolean isOurs(List<JsonNode> actions) {
    return DeltaActions.first(actions, "commitInfo")
        .path("engineInfo")
        .asText("")
        .startsWith(DeltaTable.ENGINE_NAME);
  }

  private static List<String> beyondOurs(JsonNode protocol) {
    int reader = protocol.path("minReaderVersion").asInt();
    int writer = protocol.path("minWriterVersion").asInt();
    if (reader <= 1 && writer <= 2) {
      return List.of();
    }
    Set<String> features = new LinkedHashSet<>();
    protocol.path("readerFeatures").forEach(feature -> features.add(feature.asText()));
    protocol.path("writerFeatures").forEach(feature -> features.add(feature.asText()));
    features.removeAll(KNOWN);
    return features.isEmpty()
        ? List.of("version " + reader + " for readers, " + writer + " for writers")
        : List.copyOf(features);
  }

  /** What to say of a table that Lakebeam cannot work with any more; empty when it can. */
  Optional<String> explained() {
    return given.map(
        commit ->
            "somebody has given it a feature that Lakebeam does not know ("
                + String.join(", ", features)
                + "): "
                + commit
                + "; "
                + wayBack());
  }

  /** What to do about the features, as a clause: tried with delta-spark. */
  public String wayBack() {
    long before = given.map(ForeignCommit::version).orElse(0L) - 1;
    String otherwise = "restore the table from a copy of the lake, or start over with a new lake";
    return features.contains(DELETED_ROWS) || commits.stream().anyMatch(this::mayLoseRows)
        ? otherwise
        : "go back with SET spark.databricks.delta.restore.protocolDowngradeAllowed = true and"
            + " RESTORE TABLE ... TO VERSION AS OF "
            + before
            + "; or "
            + otherwise;
  }

  /** Rows that were changed with a feature may be marked with deletion vectors. */
  private boolean mayLoseRows(ForeignCommit commit) {
    return commit.changesRows() && given.isPresent() && commit.version() >= given.get().version();
  }
}
