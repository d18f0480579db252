package io.lakebeam.scaffold;

import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.source.decode.BadRecord;
import io.lakebeam.source.decode.CsvFields;
import io.lakebeam.spec.SourceSpec;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How separated values are written, guessed of records.
 *
 * @param records their fields, the header among them
 * @param hasHeader whether the first one names the others
 */
record CsvGuess(SourceSpec.Csv format, List<List<String>> records, boolean hasHeader) {
  private static final char[] DELIMITERS = {',', ';', '\t', '|'};
  private static final int MOST_RECORDS = 200;

  /** Below that, nothing but a sentence here and there has the delimiter. */
  private static final double ALIKE = 0.8;

  /**
   * The best guess; empty when nothing separates fields.
   *
   * @param reader of the beginning of a file: with other signs than its own, a file may be one
   *     record to its end
   * @param isCut whether the last record may be cut off
   * @param charset of the files, by its name in Java
   */
  static Optional<CsvGuess> of(SampleReader reader, boolean isCut, String charset) {
    List<SourceSpec.Csv> dialects = new ArrayList<>();
    for (char delimiter : DELIMITERS) {
      for (char quote : new char[] {'"', '\''}) {
        dialects.add(new SourceSpec.Csv(false, delimiter, quote, charset, ""));
        dialects.add(
            new SourceSpec.Csv(false, delimiter, quote, '\\', SourceSpec.Csv.NONE, 0, charset, ""));
      }
    }
    CsvGuess best = null;
    double most = 0;
    for (SourceSpec.Csv dialect : dialects) {
      CsvGuess guess = new CsvGuess(dialect, records(reader, isCut, dialect), false);
      double score = guess.score();
      // Of guesses that do as well, the more usual one comes first.
      if (score > most) {
        most = score;
        best = guess;
      }
    }
    return Optional.ofNullable(best).map(CsvGuess::withHeader);
  }

  /** One field a record. */
  static CsvGuess ofOneField(SampleReader reader, boolean isCut, String charset) {
    SourceSpec.Csv format = new SourceSpec.Csv(false, ',', '"', charset, "");
    return new CsvGuess(format, records(reader, isCut, format), false).withHeader();
  }

  /** The first records of the data, as its reader divides it. */
  private static List<List<String>> records(
      SampleReader reader, boolean isCut, SourceSpec.Csv dialect) {
    SampledColumn one = new SampledColumn("field", "field", Primitive.STRING, "");
    SampleReader.Read read = reader.read(dialect, List.of(one));
    CsvFields fields = new CsvFields(dialect);
    List<List<String>> records = new ArrayList<>();
    // A record of one field is a row, any other one is refused; their bytes are those of the file.
    // Of a file whose records differ so, the order is lost, but it is no table either.
    Stream<byte[]> rows =
        read.rows().stream().map(row -> row.raw().getBytes(StandardCharsets.UTF_8));
    Stream<byte[]> others =
        read.rejected().stream()
            .map(
                rejected ->
                    new String(rejected.raw(), Charset.forName(dialect.charset()))
                        .getBytes(StandardCharsets.UTF_8));
    boolean isOneField = read.rows().size() > read.rejected().size();
    (isOneField ? Stream.concat(rows, others) : Stream.concat(others, rows))
        .limit(MOST_RECORDS)
        .forEach(record -> records.add(split(fields, record)));
    if (isCut && records.size() > 2 && records.size() < MOST_RECORDS) {
      records.remove(records.size() - 1);
    }
    return records;
  }

  private static List<String> split(CsvFields fields, byte[] record) {
    try {
      return fields.split(record, 0, record.length).stream().map(UTF8String::toString).toList();
    } catch (BadRecord e) {
      return List.of();
    }
  }

  /** How well it explains the records: how many are alike, then how many fields they have. */
  private double score() {
    int width = width();
    if (width < 2) {
      return 0;
    }
    // A delimiter at the end of some lines is no field.
    double alike =
        records.stream()
            .filter(each -> each.size() == width || each.size() == width - 1 || isTrailing(each))
            .count();
    double share = alike / records.size();
    boolean leavesQuotes =
        records.stream().flatMap(List::stream).anyMatch(CsvGuess::isInQuotesOfOthers);
    return share < ALIKE ? 0 : share * 1000 + Math.min(width, 500) - (leavesQuotes ? 900 : 0);
  }

  private boolean isTrailing(List<String> record) {
    return record.size() == width() + 1 && record.get(record.size() - 1).isEmpty();
  }

  private static boolean isInQuotesOfOthers(String field) {
    return field.length() > 1
        && (field.startsWith("\"") && field.endsWith("\"")
            || field.startsWith("'") && field.endsWith("'"));
  }

  /** How many fields most records have. */
  int width() {
    Map<Integer, Integer> counts = new HashMap<>();
    records.forEach(each -> counts.merge(each.size(), 1, Integer::sum));
    return counts.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(0);
  }

  List<String> first() {
    return records.isEmpty() ? List.of() : records.get(0);
  }

  private CsvGuess withHeader() {
    return new CsvGuess(
        new SourceSpec.Csv(
            isHeader(),
            format.delimiter(),
            format.quote(),
            format.escape(),
            format.comment(),
            0,
            format.charset(),
            ""),
        records,
        isHeader());
  }

  /** Whether the first record is no data: it has words where the others have numbers or times. */
  private boolean isHeader() {
    List<String> first = first();
    boolean hasValues =
        first.stream().map(String::strip).anyMatch(field -> !field.isEmpty() && !isWord(field));
    if (hasValues || first.stream().allMatch(String::isBlank)) {
      return false;
    }
    Set<String> names = new HashSet<>();
    boolean isEachOther =
        first.stream().allMatch(name -> names.add(name.strip().toLowerCase(Locale.ROOT)));
    boolean isRepeated = false;
    for (int i = 0; i < first.size(); i++) {
      TextProfile below = new TextProfile();
      for (List<String> record : records.subList(1, records.size())) {
        String field = i < record.size() ? record.get(i) : "";
        if (!field.isBlank()) {
          below.add(field);
          isRepeated |= field.equals(first.get(i));
        }
      }
      if (below.ofFields("") != Primitive.STRING) {
        return true;
      }
    }
    return isEachOther && !isRepeated;
  }

  private static boolean isWord(String field) {
    TextProfile one = new TextProfile();
    one.add(field);
    return one.ofFields("") == Primitive.STRING
        && one.remarkOfFields("", Primitive.STRING).isEmpty();
  }
}
