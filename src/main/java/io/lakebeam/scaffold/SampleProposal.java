package io.lakebeam.scaffold;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.VisibleText;
import io.lakebeam.spec.SourceSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds columns and types for records, and tries them with the reader of a run until it takes every
 * record that is one.
 */
final class SampleProposal {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));

  /** What stands in a field that has no value, where somebody writes that down. */
  private static final List<String> NO_VALUES =
      List.of("\\N", "NULL", "null", "N/A", "n/a", "NA", "NaN", "-");

  /** Columns of records that anybody may add fields to. */
  private static final int MOST_COLUMNS = 1000;

  /** The key of a mapping, on one line of a YAML file. */
  private static final int LONGEST_NAME = 500;

  private final SampleReader reader;
  private final String shown;
  private final List<String> notes = new ArrayList<>();

  /**
   * @param shown what the records are of, for people
   */
  SampleProposal(SampleReader reader, String shown) {
    this.reader = reader;
    this.shown = shown;
  }

  /** Records of JSON: lines, or documents where those make more sense. */
  Sample json(boolean mayBeDocuments) {
    SampledColumn nothing = new SampledColumn("", "nothing", Primitive.STRING, "");
    SourceSpec.Json format = new SourceSpec.Json(false, true, SourceSpec.Framing.UNSAID);
    SampleReader.Read read = reader.read(format, List.of(nothing));
    if (mayBeDocuments && read.rejected().size() * 2 > read.records()) {
      SourceSpec.Json documents = new SourceSpec.Json(true, true, SourceSpec.Framing.UNSAID);
      SampleReader.Read other = reader.read(documents, List.of(nothing));
      if (other.rows().size() > read.rows().size() || other.rejected().isEmpty()) {
        format = documents;
        read = other;
      }
    }
    requireRecords(read, "JSON");
    List<SampledColumn> columns = fields(read.rows());
    if (columns.isEmpty()) {
      throw new ScaffoldException(
          ErrorCode.INPUT_UNREADABLE,
          "the records of " + shown + " have no fields",
          "all of them are empty objects",
          "Name data that has some");
    }
    return settled(format, columns);
  }

  private List<SampledColumn> fields(List<SampleReader.Row> rows) {
    Map<String, JsonProfile> fields = new LinkedHashMap<>();
    Set<String> others = new HashSet<>();
    for (SampleReader.Row row : rows) {
      for (Map.Entry<String, JsonNode> field : parsed(row.raw()).properties()) {
        String name = field.getKey();
        boolean isColumn = !name.isBlank() && name.length() <= LONGEST_NAME;
        if (isColumn && (fields.size() < MOST_COLUMNS || fields.containsKey(name))) {
          fields.computeIfAbsent(name, each -> new JsonProfile()).add(field.getValue());
        } else {
          others.add(name);
        }
      }
    }
    if (!others.isEmpty()) {
      notes.add(
          others.size()
              + (others.size() == 1 ? " field is" : " fields are")
              + " not declared, and kept in _rescued: a name is missing or very long, or there are"
              + " more than "
              + MOST_COLUMNS);
    }
    ProposedNames names = new ProposedNames();
    List<SampledColumn> columns = new ArrayList<>();
    fields.forEach(
        (inData, profile) -> {
          DataType type = profile.type(inData).orElse(Primitive.STRING);
          columns.add(new SampledColumn(inData, names.of(inData), type, profile.remark(type)));
        });
    return columns;
  }

  private static JsonNode parsed(String record) {
    try {
      return JSON.readTree(record);
    } catch (JsonProcessingException e) {
      // The reader of a run has taken it; what this one does not take has no say in the types.
      return JsonNodeFactory.instance.objectNode();
    }
  }

  /** Lines of text, in one column. */
  Sample text(List<SampledColumn> column) {
    return settled(new SourceSpec.Text(), column);
  }

  /** Rows of files that say themselves which columns they have. */
  Sample columns(SourceSpec.Format format, List<Column> found) {
    ProposedNames names = new ProposedNames();
    List<SampledColumn> columns = new ArrayList<>();
    for (Column column : found) {
      if (column.name().length() <= LONGEST_NAME) {
        columns.add(new SampledColumn(column.name(), names.of(column.name()), column.type(), ""));
      }
    }
    return settled(format, columns);
  }

  /** Records of separated values. */
  Sample csv(CsvGuess guess) {
    boolean isByName = guess.hasHeader() && hasDistinctNames(guess.first());
    List<SampledColumn> columns = csvColumns(guess);
    SourceSpec.Csv written = guess.format();
    SourceSpec.Csv format =
        new SourceSpec.Csv(
            isByName,
            written.delimiter(),
            written.quote(),
            written.escape(),
            written.comment(),
            guess.hasHeader() && !isByName ? lines(guess.first()) : 0,
            written.charset(),
            "");
    if (guess.hasHeader() && !isByName) {
      notes.add(
          "the first line names a column twice, or not at all: columns are read by their place, and"
              + " that line is passed over");
    }
    if (!guess.hasHeader()) {
      notes.add("there is no header: give the columns names, in pipeline.yaml and in the query");
    }
    SampleReader.Read read = reader.read(format, columns);
    requireRecords(read, "CSV");
    String noValue = noValue(columns, read.rows());
    SourceSpec.Csv nulling =
        new SourceSpec.Csv(
            format.header(),
            format.delimiter(),
            format.quote(),
            format.escape(),
            format.comment(),
            format.skipLines(),
            format.charset(),
            noValue);
    List<SampledColumn> typed = new ArrayList<>();
    for (SampledColumn column : columns) {
      TextProfile profile = profile(column, read.rows(), Set.of(noValue));
      DataType type = profile.ofFields(column.name());
      typed.add(column.as(type, profile.remarkOfFields(column.name(), type)));
    }
    return settled(nulling, typed);
  }

  private static List<SampledColumn> csvColumns(CsvGuess guess) {
    ProposedNames names = new ProposedNames();
    List<String> first = guess.first();
    int width = guess.hasHeader() ? named(first) : guess.width();
    List<SampledColumn> columns = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      String inData = guess.hasHeader() ? first.get(i).strip() : "";
      String name = inData.isEmpty() ? names.ofPlace(i + 1) : names.of(inData);
      columns.add(new SampledColumn(inData.isEmpty() ? name : inData, name, Primitive.STRING, ""));
    }
    return columns;
  }

  /** How many fields a header has up to the last that is a name. */
  private static int named(List<String> header) {
    int count = header.size();
    while (count > 0 && header.get(count - 1).isBlank()) {
      count--;
    }
    return count;
  }

  private static boolean hasDistinctNames(List<String> header) {
    Set<String> names = new HashSet<>();
    for (String name : header.subList(0, named(header))) {
      if (name.isBlank() || name.length() > LONGEST_NAME || !names.add(name.strip())) {
        return false;
      }
    }
    return true;
  }

  /** How many lines a header takes. */
  private static int lines(List<String> header) {
    return 1
        + header.stream().mapToInt(name -> (int) name.chars().filter(c -> c == '\n').count()).sum();
  }

  /** The text that stands for no value; empty when there is none. */
  private static String noValue(List<SampledColumn> columns, List<SampleReader.Row> rows) {
    String best = "";
    int most = 0;
    for (String candidate : NO_VALUES) {
      int typed = 0;
      boolean isText = false;
      for (SampledColumn column : columns) {
        boolean isThere =
            rows.stream().anyMatch(row -> candidate.equals(row.values().get(column.name())));
        if (isThere) {
          TextProfile rest = profile(column, rows, Set.of(candidate));
          boolean isTyped = rest.values() > 0 && rest.ofFields(column.name()) != Primitive.STRING;
          typed += isTyped ? 1 : 0;
          isText |= !isTyped && rest.values() > 0;
        }
      }
      // NA is Namibia, and a dash may be a word of somebody's.
      boolean isWord = candidate.equalsIgnoreCase("NA") || candidate.equals("-");
      if (typed > most && !(isWord && isText)) {
        most = typed;
        best = candidate;
      }
    }
    return best;
  }

  private static TextProfile profile(
      SampledColumn column, List<SampleReader.Row> rows, Set<String> noValues) {
    TextProfile profile = new TextProfile();
    for (SampleReader.Row row : rows) {
      Object value = row.values().get(column.name());
      if (value != null && !value.toString().isBlank() && !noValues.contains(value.toString())) {
        profile.add(value.toString());
      }
    }
    return profile;
  }

  /** Widens types until no record is refused because of one. */
  private Sample settled(SourceSpec.Format format, List<SampledColumn> proposed) {
    SourceSpec.Format keeping = format;
    List<SampledColumn> columns = new ArrayList<>(proposed);
    SampleReader.Read read = reader.read(keeping, columns);
    // What has types of its own is read in these; there is no better one to fall back on.
    boolean isTyped = format.layout().isBinary();
    int unreadable =
        isTyped || read.rejected().isEmpty()
            ? read.rejected().size()
            : reader.read(keeping, plainest(columns)).rejected().size();
    if (read.rejected().size() > unreadable) {
      for (int i = 0; i < columns.size(); i++) {
        List<SampledColumn> alone = plainest(columns);
        alone.set(i, columns.get(i));
        if (reader.read(keeping, alone).rejected().size() > unreadable) {
          columns.set(i, plainest(columns).get(i));
        }
      }
      read = reader.read(keeping, columns);
    }
    requireRecords(read, format.name());
    if (!read.rejected().isEmpty()) {
      notes.add(
          read.rejected().size()
              + " of "
              + count(read.records(), "record")
              + " cannot be read and would go to the quarantine: "
              + VisibleText.line(read.rejected().get(0).error()));
    }
    if (format instanceof SourceSpec.Json json) {
      // Texts that are something else in no record need no leave to be that.
      SourceSpec.Json strict = new SourceSpec.Json(json.multiLine(), false, json.framing());
      SampleReader.Read other = reader.read(strict, columns);
      if (other.rejected().size() == read.rejected().size()) {
        keeping = strict;
        read = other;
      }
    }
    return new Sample(keeping, columns, read.rows(), read.rejected().size(), read.isWhole(), notes);
  }

  /** The same columns as texts, which every value of a text format is. */
  private static List<SampledColumn> plainest(List<SampledColumn> columns) {
    List<SampledColumn> plain = new ArrayList<>();
    for (SampledColumn column : columns) {
      boolean isText = column.type() == Primitive.STRING;
      plain.add(isText ? column : column.as(Primitive.STRING, "has values of several types"));
    }
    return plain;
  }

  private void requireRecords(SampleReader.Read read, String format) {
    Optional<String> error = read.rejected().stream().findFirst().map(each -> each.error());
    if (read.records() == 0) {
      throw new ScaffoldException(
          ErrorCode.INPUT_UNREADABLE,
          shown + " has no record",
          "there is nothing behind its first line, or nothing at all",
          "Name data that has some: types and rules are proposed after a look at them");
    }
    if (read.rejected().size() * 2 > read.records()) {
      throw new ScaffoldException(
          ErrorCode.INPUT_UNREADABLE,
          "most records of " + shown + " cannot be read as " + format.toUpperCase(Locale.ROOT),
          VisibleText.line(error.orElse("")),
          "Name data of one format: CSV, JSON or Parquet");
    }
  }

  static String count(long number, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", number, noun, number == 1 ? "" : "s");
  }
}
