package io.lakebeam.spec.source;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.SchemaDdlException;
import io.lakebeam.graph.SchemaDdlException.DdlError;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.spec.NewFields;
import io.lakebeam.spec.QueryText;
import io.lakebeam.spec.Reading;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.SourceSpec.StartingOffsets;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads an entry of {@code sources:}. */
public final class SourceReader {
  private final Reading reading;
  private final Problems problems;

  public SourceReader(Reading reading) {
    this.reading = reading;
    this.problems = reading.problems();
  }

  /** The source; empty only when a problem says why. */
  public Optional<SourceSpec> read(String name, YamlNode.Entry entry) {
    YamlNode source = entry.value();
    boolean inMessages = source.get("kafka").isPresent() || source.get("event_hubs").isPresent();
    Optional<SourceSpec.Connection> connection = connection(source);
    Optional<SourceSpec.Format> format =
        source.get("format").flatMap(f -> new FormatReader(reading).read(f, inMessages));
    Optional<YamlNode.Scalar> ddl = Reading.scalar(source, "schema");
    Optional<TableSchema> schema = ddl.flatMap(this::schema);
    if (schema.isPresent()
        && format.isPresent()
        && format.get().records() instanceof SourceSpec.Text) {
      checkText(schema.get(), ddl.get().at());
    }
    source
        .get("starting_offsets")
        .filter(offsets -> connection.isPresent() && !inMessages)
        .ifPresent(
            offsets ->
                problems.add(
                    offsets.at(),
                    "files have no starting_offsets",
                    "they are for event_hubs and kafka; files are all read, each once",
                    "leave it out"));
    if (connection.isPresent() && source.get("files").isEmpty()) {
      refuseRulesOfFiles(source);
    }
    if (connection.isEmpty() || format.isEmpty() || schema.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> namesInData =
        new RenameReader(problems).read(source, format.get(), schema.get());
    return Optional.of(
        new SourceSpec(
            name,
            connection.get(),
            format.get(),
            schema.get(),
            namesInData,
            false,
            source.get("reference").isPresent(),
            newFields(source, format.get(), inMessages),
            entry.keyAt()));
  }

  private NewFields newFields(YamlNode source, SourceSpec.Format format, boolean inMessages) {
    boolean isOfText = format.records() instanceof SourceSpec.Text;
    source
        .get("new_fields")
        .filter(word -> isOfText || source.get("reference").isPresent())
        .ifPresent(
            word ->
                problems.add(
                    word.at(),
                    "new_fields is for sources whose records have fields, and that are read as they"
                        + " grow",
                    isOfText
                        ? "a record of the format text is taken as it is"
                        : "what a reference table has beside its columns is passed over",
                    "leave it out"));
    String rule = Reading.text(source, "new_fields").orElse("rescue");
    if (rule.equals("add_columns") && !hasNames(format, inMessages)) {
      problems.add(
          source.get("new_fields").orElseThrow().at(),
          "new_fields: add_columns is for records whose fields have names",
          "without a header, which messages never have, the fields of csv are those of the schema in"
              + " its order",
          "leave it out");
    }
    return switch (rule) {
      case "fail" -> NewFields.FAIL;
      case "add_columns" -> NewFields.ADD_COLUMNS;
      default -> NewFields.RESCUE;
    };
  }

  private static boolean hasNames(SourceSpec.Format format, boolean inMessages) {
    return !(format.records() instanceof SourceSpec.Csv csv)
        || csv.header() && !inMessages && format == format.records();
  }

  /** What {@code event_hubs:} or {@code kafka:} of a sink says; empty when there is neither. */
  public Optional<SourceSpec.Kafka> topic(YamlNode sink) {
    return topic(sink, StartingOffsets.LATEST);
  }

  private Optional<SourceSpec.Kafka> topic(YamlNode node, StartingOffsets starting) {
    KafkaReader kafka = new KafkaReader(reading);
    return node.get("event_hubs")
        .flatMap(hubs -> new EventHubsReader(reading).read(hubs, starting))
        .or(() -> node.get("kafka").flatMap(topic -> kafka.kafka(topic, starting)));
  }

  private Optional<SourceSpec.Connection> connection(YamlNode source) {
    Optional<SourceSpec.Connection> topic =
        topic(source, startingOffsets(source)).map(each -> each);
    return topic.or(() -> files(source, "files")).or(() -> files(source, "reference"));
  }

  private StartingOffsets startingOffsets(YamlNode source) {
    return Reading.scalar(source, "starting_offsets")
        .filter(text -> !text.isUnresolved())
        .map(this::startingOffsets)
        .orElse(StartingOffsets.EARLIEST);
  }

  private StartingOffsets startingOffsets(YamlNode.Scalar scalar) {
    String text = scalar.text();
    if (text.equals("earliest") || text.equals("latest")) {
      return text.equals("latest") ? StartingOffsets.LATEST : StartingOffsets.EARLIEST;
    }
    try {
      return StartingOffsets.at(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException e) {
      problems.add(
          scalar.at(),
          "starting_offsets is earliest, latest or a time, not " + text,
          "a time says where it is in the world: 2026-01-31T00:00:00Z or 2026-01-31T01:00:00+01:00",
          NearestName.question(text, Set.of("earliest", "latest")) + "write one of these");
      return StartingOffsets.EARLIEST;
    }
  }

  private Optional<SourceSpec.Connection> files(YamlNode source, String key) {
    return Reading.scalar(source, key)
        .flatMap(reading.files()::absolute)
        .map(pattern -> new SourceSpec.Files(pattern, reading.files().root()))
        .map(
            files ->
                new SourceSpec.Files(
                    files.pattern(),
                    files.project(),
                    new FileRulesReader(reading).read(source, files)));
  }

  private void refuseRulesOfFiles(YamlNode source) {
    for (String key : FileRulesReader.KEYS) {
      source
          .get(key)
          .ifPresent(
              said ->
                  problems.add(
                      said.at(),
                      key + " is for files that are read as they land",
                      "a topic has no files, and "
                          + (key.equals(FileRulesReader.BAD_FILES)
                              ? "a reference table without one of its files would give wrong answers"
                              : "a reference table is read whole, each time anew"),
                      "leave it out"));
    }
  }

  private Optional<TableSchema> schema(YamlNode.Scalar ddl) {
    if (ddl.isUnresolved()) {
      return Optional.empty();
    }
    QueryText inPlace = ddl.inPlace();
    try {
      return Optional.of(SchemaDdl.parse(inPlace.sql()));
    } catch (SchemaDdlException e) {
      for (DdlError error : e.errors()) {
        problems.add(error.told().at(error.offset() == 0 ? ddl.at() : at(inPlace, error.offset())));
      }
      return Optional.empty();
    }
  }

  private static SourceLocation at(QueryText text, int offset) {
    String before = text.sql().substring(0, offset);
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    return text.at(line, offset - before.lastIndexOf('\n'));
  }

  private void checkText(TableSchema schema, SourceLocation at) {
    List<Column> columns = schema.columns();
    boolean fits =
        columns.size() == 1
            && (columns.get(0).type() == Primitive.STRING
                || columns.get(0).type() == Primitive.BINARY);
    if (!fits) {
      problems.add(
          at,
          String.format(Locale.ROOT, "the format text takes one column, not %s", schema.ddl()),
          "a record is taken as it is, in a single STRING or BINARY",
          "write for example: line STRING");
    }
  }
}
