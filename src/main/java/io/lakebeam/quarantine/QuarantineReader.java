package io.lakebeam.quarantine;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.TimeRange;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.row.JavaValues;
import io.lakebeam.row.Microseconds;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.sql.RuleProgram;
import io.lakebeam.storage.Place;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads the quarantines of a pipeline. Holds one file open at a time, and no rows. */
public final class QuarantineReader {
  private static final String FAILED = "_failed_expectations";
  static final String ERROR = "_error";
  static final String RAW_BYTES = "_raw_bytes";

  /** Data files are named after the epoch that has written them. */
  private static final Pattern STEM = Pattern.compile("(?:.*/)?part-(\\d{8,})-[^/]*");

  private static final int ID_BYTES = 5;
  private static final String SUFFIX = "_quarantine";

  private final List<CompiledTable> tables;
  private long failed;
  private String firstFailure = "";

  public QuarantineReader(CompiledPipeline pipeline) {
    this.tables = pipeline.streamingTables();
  }

  /** Tables that may have refused rows, by the names that their readers know. */
  public Map<String, CompiledTable> tables() {
    Map<String, CompiledTable> byName = new LinkedHashMap<>();
    tables.forEach(table -> byName.put(name(table), table));
    return byName;
  }

  /** Where one of the quarantines would be, when there is none of them: no run has made any. */
  public Optional<Place> missing() {
    boolean isThere =
        tables.stream()
            .anyMatch(table -> DeltaTable.at(table.quarantinePath()).latest().isPresent());
    return isThere
        ? Optional.empty()
        : tables.stream().map(CompiledTable::quarantinePath).findFirst();
  }

  /** What readers call a table: of one that is updated, the changes have another name. */
  public static String name(CompiledTable table) {
    String name = table.quarantineName();
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  /**
   * Hands out rows, table by table, oldest files first.
   *
   * @param values true to read the table's columns as well
   */
  public void read(RowFilter filter, boolean values, Consumer<QuarantinedRow> out) {
    for (CompiledTable table : tables) {
      if (filter.isOf(name(table))) {
        DeltaTable.at(table.quarantinePath())
            .latest()
            .ifPresent(
                snapshot ->
                    read(table, snapshot, filter, values, (row, stored) -> out.accept(row)));
      }
    }
  }

  /**
   * Hands out rows with what is stored of them, table by table, oldest files first.
   *
   * @param out gets what is known of a row, its table, and the row as the table's quarantine has it
   *     today
   */
  public void readStored(RowFilter filter, StoredOutput out) {
    for (CompiledTable table : tables) {
      if (filter.isOf(name(table))) {
        DeltaTable.at(table.quarantinePath())
            .latest()
            .ifPresent(
                snapshot -> {
                  TableSchema today = table.quarantineSchema();
                  RowFields fields = new RowFields(snapshot.schema());
                  int[] positions = positions(today, snapshot.schema());
                  read(
                      table,
                      snapshot,
                      filter,
                      true,
                      (row, stored) -> {
                        @Nullable Object[] values = new Object[positions.length];
                        for (int i = 0; i < values.length; i++) {
                          values[i] = positions[i] < 0 ? null : fields.value(stored, positions[i]);
                        }
                        out.row(row, table, new GenericInternalRow(values));
                      });
                });
      }
    }
  }

  /** Where rows go with what is stored of them. */
  public interface StoredOutput {
    /**
     * A row.
     *
     * @param stored as {@link CompiledTable#quarantineSchema} says; good until this returns
     */
    void row(QuarantinedRow row, CompiledTable table, InternalRow stored);
  }

  /** Columns of today in what is there; -1 for those that it has not, or of another type. */
  private static int[] positions(TableSchema today, TableSchema there) {
    return today.columns().stream()
        .mapToInt(
            column ->
                there
                    .column(column.name())
                    .filter(each -> each.type().equals(column.type()))
                    .map(each -> there.names().indexOf(column.name()))
                    .orElse(-1))
        .toArray();
  }

  /** How many rows the condition of filters failed on: they are not meant. */
  public long failed() {
    return failed;
  }

  /** What it failed with first; empty when it never did. */
  public String firstFailure() {
    return firstFailure;
  }

  private void read(
      CompiledTable table,
      Snapshot snapshot,
      RowFilter filter,
      boolean values,
      BiConsumer<QuarantinedRow, InternalRow> out) {
    TableSchema schema = snapshot.schema();
    boolean isWhole = values || filter.condition().isPresent();
    List<Column> columns =
        schema.columns().stream().filter(each -> isWhole || isAboutTheRow(each.name())).toList();
    TableSchema read = new TableSchema(columns);
    RuleProgram.Judge judge = filter.condition().map(each -> each.apply(read).judge()).orElse(null);
    List<DataFile> files =
        snapshot.files().stream()
            .filter(file -> mayHave(file, filter))
            .sorted(Comparator.comparingLong(DataFile::modifiedAt).thenComparing(DataFile::path))
            .toList();
    for (DataFile file : files) {
      Map<String, Integer> seen = new HashMap<>();
      Optional<Long> epoch = epoch(file);
      try (CloseableIterator<InternalRow> rows =
          DataFileReader.read(table.quarantinePath(), file, schema, read.names())) {
        while (rows.hasNext()) {
          InternalRow row = rows.next();
          QuarantinedRow found = row(table, epoch, JavaValues.of(row, columns), seen);
          if (filter.takes(found) && (judge == null || meets(judge, row))) {
            out.accept(found, row);
          }
        }
      }
    }
  }

  private boolean meets(RuleProgram.Judge judge, InternalRow row) {
    RuleProgram.Verdicts verdict = judge.of(row);
    if (!verdict.passes()[0] && !verdict.errors().isEmpty()) {
      firstFailure = failed == 0 ? verdict.errors().get(0) : firstFailure;
      failed++;
    }
    return verdict.passes()[0];
  }

  private static boolean isAboutTheRow(String column) {
    return column.equals(FAILED)
        || column.equals(ERROR)
        || column.equals(RAW_BYTES)
        || HiddenColumns.CARRIED.stream().anyMatch(each -> each.name().equals(column));
  }

  private static boolean mayHave(DataFile file, RowFilter filter) {
    if (filter.epoch().isPresent() && epoch(file).isPresent()) {
      return filter.epoch().equals(epoch(file));
    }
    TimeRange times = TimeRange.of(file, HiddenColumns.INGESTED_AT.name());
    return filter.since().filter(at -> times.greatest() < Microseconds.of(at)).isEmpty()
        && filter.until().filter(at -> times.least() >= Microseconds.of(at)).isEmpty();
  }

  private static Optional<Long> epoch(DataFile file) {
    Matcher matcher = STEM.matcher(file.path());
    return matcher.matches() ? Optional.of(Long.valueOf(matcher.group(1))) : Optional.empty();
  }

  private static QuarantinedRow row(
      CompiledTable table,
      Optional<Long> epoch,
      Map<String, @Nullable Object> all,
      Map<String, Integer> seen) {
    String source = text(all, HiddenColumns.SOURCE.name());
    String position = text(all, HiddenColumns.POSITION.name());
    Optional<Instant> plannedAt =
        Optional.ofNullable((Instant) all.get(HiddenColumns.INGESTED_AT.name()));
    // A record may have become several rows; they are written by one worker into one file.
    String key =
        String.join(
            "\n",
            table.quarantineName(),
            source,
            position,
            plannedAt.map(Instant::toString).orElse(""));
    int number = seen.merge(key, 1, Integer::sum);
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (Column column : table.columns().columns()) {
      if (all.containsKey(column.name())) {
        values.put(column.name(), all.get(column.name()));
      }
    }
    Object rules = all.get(FAILED);
    return new QuarantinedRow(
        id(key + "\n" + number),
        name(table),
        table.quarantineName(),
        source,
        position,
        plannedAt,
        epoch,
        rules instanceof List<?> names ? names.stream().map(String::valueOf).toList() : List.of(),
        text(all, ERROR),
        text(all, HiddenColumns.RAW.name()),
        (byte[]) all.get(RAW_BYTES),
        values);
  }

  private static String text(Map<String, @Nullable Object> values, String column) {
    Object value = values.get(column);
    return value == null ? "" : value.toString();
  }

  private static String id(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
