package io.lakebeam.spec;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.spec.secret.SecretText;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Where rows come from.
 *
 * @param namesInData what the data calls a column, for columns that it calls otherwise
 * @param namedColumns rows carry what comes only when it is named, because a query names it: key,
 *     headers and the like of their messages, and the file that they came from
 * @param reference true for files that are looked up by joins, whole, instead of being read as they
 *     land
 * @param newFields what becomes of fields that the schema does not know
 */
public record SourceSpec(
    String name,
    Connection connection,
    Format format,
    TableSchema schema,
    Map<String, String> namesInData,
    boolean namedColumns,
    boolean reference,
    NewFields newFields,
    SourceLocation at)
    implements Serializable {
  public SourceSpec {
    namesInData = Map.copyOf(namesInData);
    if (namedColumns && reference) {
      throw new IllegalArgumentException(name + " is no stream of records");
    }
  }

  /** True when files that cannot be read as a whole do not stop the update. */
  public boolean setsBadFilesAside() {
    return connection instanceof Files files && files.badFiles() == FileRules.BadFiles.SET_ASIDE;
  }

  /** True when its records are messages, with a key, headers and so on. */
  public boolean hasMessages() {
    return connection instanceof Kafka || format instanceof Capture;
  }

  /** Columns of its rows that {@code *} leaves out, behind all others. */
  public List<Column> named() {
    if (!namedColumns) {
      return List.of();
    }
    return Stream.concat(
            hasMessages() ? HiddenColumns.OF_MESSAGES.stream() : Stream.of(),
            connection instanceof Files ? HiddenColumns.OF_FILES.stream() : Stream.of())
        .toList();
  }

  /** The columns of the schema, then those that fields have become by themselves. */
  public TableSchema columns() {
    return schema.plus(newFields.addedColumns());
  }

  /** This source with something else that becomes of fields that its schema does not know. */
  public SourceSpec withNewFields(NewFields other) {
    return new SourceSpec(
        name, connection, format, schema, namesInData, namedColumns, reference, other, at);
  }

  /** This source with what comes only when it is named in its rows. */
  public SourceSpec withNamedColumns() {
    return new SourceSpec(
        name, connection, format, schema, namesInData, true, reference, newFields, at);
  }

  /** The same data at another place. */
  public SourceSpec withConnection(Connection other) {
    return new SourceSpec(
        name, other, format, schema, namesInData, namedColumns, reference, newFields, at);
  }

  /** Whose data has the names of the schema. */
  public SourceSpec(
      String name,
      Connection connection,
      Format format,
      TableSchema schema,
      boolean reference,
      SourceLocation at) {
    this(name, connection, format, schema, Map.of(), false, reference, NewFields.RESCUE, at);
  }

  /** What is on the other end. */
  public sealed interface Connection extends Serializable {
    /** An answer for a connection of any kind. */
    <R> R match(Function<Kafka, R> ofTopic, Function<Files, R> ofFiles);
  }

  /**
   * A topic of a Kafka broker; Azure Event Hubs speaks the same protocol.
   *
   * @param bootstrapServers {@code host:port}, several separated by commas; empty when the
   *     connection string tells the host, which is found out where the string is resolved
   * @param topic the topic's name; an event hub is one. Empty when the connection string tells it
   * @param connectionString of an Event Hubs namespace or of one event hub: turned into SASL_SSL
   *     with PLAIN and user {@code $ConnectionString}; empty for other ways to sign in
   * @param properties further settings of the Kafka consumer
   * @param startingOffsets where a new pipeline starts in a partition it has never read
   * @param entra signing in with Microsoft Entra ID; empty for other ways
   * @param consent what was agreed to beyond the rules for connections
   */
  public record Kafka(
      String bootstrapServers,
      String topic,
      Optional<SecretText> connectionString,
      Map<String, SecretText> properties,
      StartingOffsets startingOffsets,
      Optional<EntraSignIn> entra,
      KafkaConsent consent)
      implements Connection {
    public Kafka {
      properties = Map.copyOf(properties);
      if ((bootstrapServers.isEmpty() || topic.isEmpty()) && connectionString.isEmpty()) {
        throw new IllegalArgumentException("nothing tells the broker and the topic");
      }
    }

    @Override
    public <R> R match(Function<Kafka, R> ofTopic, Function<Files, R> ofFiles) {
      return ofTopic.apply(this);
    }

    /** A topic whose credentials, if any, are in the connection string or the properties. */
    public Kafka(
        String bootstrapServers,
        String topic,
        Optional<SecretText> connectionString,
        Map<String, SecretText> properties,
        StartingOffsets startingOffsets) {
      this(
          bootstrapServers,
          topic,
          connectionString,
          properties,
          startingOffsets,
          Optional.empty(),
          KafkaConsent.NONE);
    }

    /** True when it signs in as one does at Event Hubs. */
    public boolean isEventHub() {
      return connectionString.isPresent() || entra.isPresent();
    }

    /** The topic, or where its name comes from; for people. */
    public String describedTopic() {
      return topic.isEmpty() ? "the event hub of " + connectionString.orElseThrow() : topic;
    }

    /** An Optional cannot be serialized, so its content is. */
    private Object writeReplace() {
      return new SerializedKafka(
          bootstrapServers,
          topic,
          connectionString.orElse(null),
          properties,
          startingOffsets,
          entra.orElse(null),
          consent);
    }
  }

  /** A {@link Kafka} on its way to a worker. */
  private record SerializedKafka(
      String bootstrapServers,
      String topic,
      SecretText connectionString,
      Map<String, SecretText> properties,
      StartingOffsets startingOffsets,
      EntraSignIn entra,
      KafkaConsent consent)
      implements Serializable {
    private Object readResolve() {
      return new Kafka(
          bootstrapServers,
          topic,
          Optional.ofNullable(connectionString),
          properties,
          startingOffsets,
          Optional.ofNullable(entra),
          consent);
    }
  }

  /**
   * Where to start in a topic that was never read.
   *
   * @param latest true for what comes from now on
   * @param at the first record of this time or later in each partition; null when no time is said
   */
  public record StartingOffsets(boolean latest, @Nullable Instant at) implements Serializable {
    public static final StartingOffsets EARLIEST = new StartingOffsets(false, null);
    public static final StartingOffsets LATEST = new StartingOffsets(true, null);

    /** By the time of the records, as the topic has it. */
    public static StartingOffsets at(Instant time) {
      return new StartingOffsets(false, time);
    }

    public Optional<Instant> time() {
      return Optional.ofNullable(at);
    }
  }

  /**
   * Files of one folder tree.
   *
   * @param pattern URI or path, absolute, with {@code *}, {@code ?}, {@code [..]} and {@code {..}}
   *     as in Hadoop's globs
   * @param project the project's folder, absolute; a file below it is remembered by its path from
   *     there, so that a project may be moved or copied together with its lake. Empty when every
   *     file is remembered by its whole path
   * @param rules how they are taken
   */
  public record Files(String pattern, String project, FileRules rules) implements Connection {
    private static final Pattern WHOLE =
        Pattern.compile("(/|[A-Za-z][A-Za-z0-9+.-]+:/).*", Pattern.DOTALL);

    /** Files of which a bad one may be set aside. */
    public Files(String pattern, String project, FileRules.BadFiles badFiles) {
      this(pattern, project, FileRules.of(pattern, badFiles));
    }

    /** Files of a source that declares nothing else. */
    public Files(String pattern, String project) {
      this(pattern, project, FileRules.of(pattern));
    }

    /** Files that are remembered by their whole paths. */
    public Files(String pattern) {
      this(pattern, "");
    }

    @Override
    public <R> R match(Function<Kafka, R> ofTopic, Function<Files, R> ofFiles) {
      return ofFiles.apply(this);
    }

    /** What becomes of a file that cannot be read as a whole. */
    public FileRules.BadFiles badFiles() {
      return rules.badFiles();
    }

    /** The folders that it names: where files are read from, and where they go then. */
    public List<String> places() {
      String folder = rules.afterRead().folder();
      return folder.isEmpty() ? List.of(pattern) : List.of(pattern, folder);
    }

    /** The deepest folder that the pattern names without wildcards. */
    public String root() {
      int wildcard = pattern.length();
      for (int i = 0; i < pattern.length(); i++) {
        if ("*?[{".indexOf(pattern.charAt(i)) >= 0) {
          wildcard = i;
          break;
        }
      }
      int slash = pattern.lastIndexOf('/', wildcard == pattern.length() ? wildcard : wildcard - 1);
      int scheme = pattern.indexOf("://");
      // The slash behind a host, or at the very start, is the root folder itself.
      boolean top = slash <= 0 || (scheme >= 0 && pattern.indexOf('/', scheme + 3) == slash);
      return pattern.substring(0, top ? slash + 1 : slash);
    }

    /**
     * A file's name in the ledger: its path from the project's folder when it lies below it, else
     * its whole path or URI.
     *
     * @param path absolute
     */
    public String name(String path) {
      if (project.isEmpty() || !path.startsWith(project + "/")) {
        return path;
      }
      String name = path.substring(project.length() + 1);
      return WHOLE.matcher(name).matches() ? path : name;
    }

    /** Where the file of such a name is: absolute. */
    public String path(String name) {
      return project.isEmpty() || WHOLE.matcher(name).matches() ? name : project + "/" + name;
    }
  }

  /** How the bytes of a record become columns. */
  public sealed interface Format extends Serializable {
    /** As in {@code format:} of the pipeline file. */
    String name();

    /** The format of the records themselves; another one where they are wrapped. */
    default Format records() {
      return this;
    }

    /** A file of the project that it needs, as shown to people; empty when it needs none. */
    default String file() {
      return "";
    }

    /** How files of it are made up. */
    FileLayout layout();
  }

  /** How a file holds its records, which tells where it may be cut and how damage shows. */
  public enum FileLayout {
    /** One after the other, as text: whatever bytes there are, they are records. */
    TEXT,
    /** In blocks behind a header, as Avro. */
    BLOCKS,
    /** In groups of columns before a footer, as Parquet. */
    COLUMNS;

    /** True when a file is either whole or damaged. */
    public boolean isBinary() {
      return this != TEXT;
    }
  }

  /** What stands before each message. */
  public enum Framing {
    /** Nobody says: what looks like the prefix of a schema registry is told. */
    UNSAID,
    /** Nothing, whatever it looks like. */
    NONE,
    /** A zero byte and the number of a schema in a registry. */
    CONFLUENT
  }

  /**
   * One JSON object a record; in files, one a line.
   *
   * @param multiLine files hold arrays, or documents over as many lines as they like
   * @param keepsJson a STRING takes values that are no strings as their JSON text
   */
  public record Json(boolean multiLine, boolean keepsJson, Framing framing) implements Format {
    /** One object a line, strings from strings only. */
    public Json() {
      this(false, false, Framing.UNSAID);
    }

    @Override
    public FileLayout layout() {
      return FileLayout.TEXT;
    }

    @Override
    public String name() {
      return "json";
    }
  }

  /**
   * Separated values.
   *
   * @param header the first record of a file names its columns; without it the schema's order
   *     counts
   * @param quote around fields; {@link #NONE} when none is
   * @param escape inside quotes, before a quote or before itself; {@link #NONE} when there is none,
   *     and a quote is written twice
   * @param comment at the start of a line that is no record; {@link #NONE} when there are none
   * @param skipLines lines at a file's start that are passed over, whatever they hold
   * @param charset a Java charset name; a byte order mark wins over it
   * @param nullValue the field that means NULL, besides an empty one
   */
  public record Csv(
      boolean header,
      char delimiter,
      char quote,
      char escape,
      char comment,
      int skipLines,
      String charset,
      String nullValue)
      implements Format {
    /** In place of a character: there is none. */
    public static final char NONE = '\0';

    /** As RFC 4180 has it: quotes written twice, no comments, nothing to skip. */
    public Csv(boolean header, char delimiter, char quote, String charset, String nullValue) {
      this(header, delimiter, quote, NONE, NONE, 0, charset, nullValue);
    }

    @Override
    public FileLayout layout() {
      return FileLayout.TEXT;
    }

    @Override
    public String name() {
      return "csv";
    }
  }

  /** The record as it is, in the schema's only column: a STRING or BINARY. */
  public record Text() implements Format {
    @Override
    public FileLayout layout() {
      return FileLayout.TEXT;
    }

    @Override
    public String name() {
      return "text";
    }
  }

  /** Avro files, which hold their schema; columns by name. */
  public record Avro() implements Format {
    @Override
    public FileLayout layout() {
      return FileLayout.BLOCKS;
    }

    @Override
    public String name() {
      return "avro";
    }
  }

  /**
   * Avro files that Event Hubs Capture writes: each record holds a message.
   *
   * @param body the format of the messages
   */
  public record Capture(Format body) implements Format {
    @Override
    public FileLayout layout() {
      return FileLayout.BLOCKS;
    }

    @Override
    public String name() {
      return "avro";
    }

    @Override
    public Format records() {
      return body;
    }

    @Override
    public String file() {
      return body.file();
    }
  }

  /**
   * Messages that are Avro records without their schema.
   *
   * @param schema as JSON text
   * @param file where it stands
   */
  public record AvroMessages(String schema, String file, Framing framing) implements Format {
    @Override
    public FileLayout layout() {
      return FileLayout.TEXT;
    }

    @Override
    public String name() {
      return "avro";
    }
  }

  /**
   * Messages of Protobuf.
   *
   * @param descriptor a set of file descriptors in base64
   * @param file where it stands
   * @param message the type of the messages, with its package
   */
  public record Protobuf(String descriptor, String file, String message, Framing framing)
      implements Format {
    @Override
    public FileLayout layout() {
      return FileLayout.TEXT;
    }

    @Override
    public String name() {
      return "protobuf";
    }
  }

  /** Parquet files; columns by name. */
  public record Parquet() implements Format {
    @Override
    public FileLayout layout() {
      return FileLayout.COLUMNS;
    }

    @Override
    public String name() {
      return "parquet";
    }
  }
}
