package io.lakebeam.delta;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One transaction on a table.
 *
 * <pre>{@code
 * Commit commit = Commit.builder("airlines/flights", 42).add(files).build();
 * }</pre>
 *
 * @param applicationId who commits; with the version, the commit's identity: it comes from the
 *     data, never from a clock or a random number
 * @param applicationVersion grows with every commit of the application
 * @param follows the version that the application must have committed last, -1 for none; empty when
 *     any earlier one will do
 * @param marks versions of other applications that the commit sets too, by their ids
 * @param bounds versions of other applications, by their ids: the commit is void once one of them
 *     has committed a later version
 * @param writtenFor what the rows of the added files have: the table gets the columns that it lacks
 *     with them, and if it can not, the commit fails; empty leaves that unchecked
 * @param redefined what the table is from this commit on; empty leaves its columns and partitions
 * @param removed files of the table, as a snapshot gave them
 * @param readVersion the version that the added files were computed from; empty for plain appends,
 *     which never conflict
 * @param operation shown in the table's history
 * @param parameters shown in the history, text by name
 * @param metrics counts by name, added to those of rows, files and bytes
 * @param properties table properties to set; empty leaves them alone
 */
public record Commit(
    String applicationId,
    long applicationVersion,
    OptionalLong follows,
    Map<String, Long> marks,
    Map<String, Long> bounds,
    List<DataFile> added,
    Optional<TableDefinition> writtenFor,
    Optional<TableDefinition> redefined,
    List<DataFile> removed,
    OptionalLong readVersion,
    Operation operation,
    Content content,
    Map<String, String> parameters,
    Map<String, Long> metrics,
    Map<String, String> properties) {
  public Commit {
    Objects.requireNonNull(applicationId, "applicationId");
    Objects.requireNonNull(writtenFor, "writtenFor");
    Objects.requireNonNull(redefined, "redefined");
    Objects.requireNonNull(readVersion, "readVersion");
    Objects.requireNonNull(operation, "operation");
    Objects.requireNonNull(content, "content");
    Objects.requireNonNull(follows, "follows");
    marks = Map.copyOf(marks);
    bounds = Map.copyOf(bounds);
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    parameters = Map.copyOf(parameters);
    metrics = Map.copyOf(metrics);
    properties = Map.copyOf(properties);
    if (applicationVersion < 0) {
      throw new IllegalArgumentException("negative version " + applicationVersion);
    }
    if (!removed.isEmpty() && readVersion.isEmpty()) {
      throw new IllegalArgumentException("files are removed, but from which version is not said");
    }
    if (redefined.isPresent() && (writtenFor.isPresent() || readVersion.isEmpty())) {
      throw new IllegalArgumentException("what a table is changes with all of its files");
    }
  }

  /** What kind of commit it is, in Delta's words. */
  public enum Operation {
    WRITE,
    STREAMING_UPDATE,
    MERGE,
    UPDATE,
    DELETE
  }

  /** Whether the table says something new afterwards. */
  public enum Content {
    CHANGED,
    /** The same rows in other files: who follows the table's changes sees nothing. */
    REARRANGED
  }

  public static Builder builder(String applicationId, long applicationVersion) {
    return new Builder(applicationId, applicationVersion);
  }

  /** Builds an append unless told otherwise. */
  public static final class Builder {
    private final String applicationId;
    private final long applicationVersion;
    private OptionalLong follows = OptionalLong.empty();
    private Map<String, Long> marks = Map.of();
    private Map<String, Long> bounds = Map.of();
    private List<DataFile> added = List.of();
    private Optional<TableDefinition> writtenFor = Optional.empty();
    private Optional<TableDefinition> redefined = Optional.empty();
    private List<DataFile> removed = List.of();
    private OptionalLong readVersion = OptionalLong.empty();
    private Operation operation = Operation.STREAMING_UPDATE;
    private Content content = Content.CHANGED;
    private Map<String, String> parameters = Map.of();
    private Map<String, Long> metrics = Map.of();
    private Map<String, String> properties = Map.of();

    private Builder(String applicationId, long applicationVersion) {
      this.applicationId = applicationId;
      this.applicationVersion = applicationVersion;
    }

    /**
     * The commit holds only if this is the last version that the application has committed.
     *
     * @param version -1 when it has committed none
     */
    public Builder follows(long version) {
      follows = OptionalLong.of(version);
      return this;
    }

    /** Sets versions of other applications, by their ids. */
    public Builder marks(Map<String, Long> versions) {
      marks = versions;
      return this;
    }

    /** The commit holds only while another application has committed no later version. */
    public Builder unlessBeyond(String otherId, long version) {
      bounds = Map.of(otherId, version);
      return this;
    }

    public Builder add(List<DataFile> files) {
      added = files;
      return this;
    }

    /**
     * Gives the table the columns that it lacks, in the version that has the first rows with them.
     * Makes the commit fail when its columns cannot become these: see {@link SchemaChange}.
     */
    public Builder writtenFor(TableDefinition definition) {
      writtenFor = Optional.of(definition);
      return this;
    }

    /**
     * Gives the table other columns and partitions, for a commit that replaces every file; needs
     * {@link #readFrom}.
     */
    public Builder redefine(TableDefinition definition) {
      redefined = Optional.of(definition);
      return this;
    }

    /** Files that the added ones take the place of; needs {@link #readFrom}. */
    public Builder remove(List<DataFile> files) {
      removed = files;
      return this;
    }

    /** The commit holds only if no rows came or went since that version. */
    public Builder readFrom(long version) {
      readVersion = OptionalLong.of(version);
      return this;
    }

    public Builder operation(Operation operation) {
      this.operation = operation;
      return this;
    }

    public Builder content(Content content) {
      this.content = content;
      return this;
    }

    public Builder parameters(Map<String, String> parameters) {
      this.parameters = parameters;
      return this;
    }

    public Builder metrics(Map<String, Long> metrics) {
      this.metrics = metrics;
      return this;
    }

    public Builder properties(Map<String, String> properties) {
      this.properties = properties;
      return this;
    }

    public Commit build() {
      return new Commit(
          applicationId,
          applicationVersion,
          follows,
          marks,
          bounds,
          added,
          writtenFor,
          redefined,
          removed,
          readVersion,
          operation,
          content,
          parameters,
          metrics,
          properties);
    }
  }
}
