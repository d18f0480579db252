package io.lakebeam.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.NearestName;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.ValueMask;
import io.lakebeam.pipeline.replay.Corrections;
import io.lakebeam.pipeline.replay.RequestedRow;
import io.lakebeam.quarantine.Masks;
import io.lakebeam.quarantine.QuarantineReader;
import io.lakebeam.quarantine.QuarantinedRow;
import io.lakebeam.quarantine.RowStates;
import io.lakebeam.row.RowFields;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.spec.SourceSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What somebody corrects of refused rows: the same in each, as typed, or row by row, as an edited
 * export says. Of a record that never became a row, the record itself is corrected.
 */
public final class RowEdits {
  /** Numbers keep all their digits. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  /** What of an export says where a row comes from; the rest of its hidden columns says why. */
  private static final Set<String> OF_RECORD = Set.of("_table", "_source", "_position");

  /** A value of the command line that is no text. */
  private static final String NULL = "NULL";

  private final CompiledPipeline pipeline;
  private final Masks masks;
  private final Map<String, String> typed;
  private final Map<String, EditedRow> exported;
  private final Map<String, Corrections> corrections = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Long> corrected = new LinkedHashMap<>();

  /**
   * @param masks what whoever exports rows does not see
   * @param typed values by column
   * @param exported rows of an edited export by id; none where there is no such file
   */
  public RowEdits(
      CompiledPipeline pipeline,
      Masks masks,
      Map<String, String> typed,
      Map<String, EditedRow> exported) {
    this.pipeline = pipeline;
    this.masks = masks;
    this.typed = typed;
    this.exported = exported;
  }

  /** What was wrong with edits, a sentence each. */
  public List<String> problems() {
    return problems;
  }

  /** How many rows are corrected, by what is. */
  public Map<String, Long> corrected() {
    return corrected;
  }

  /** Begins anew: the same rows are gone through once more. */
  public void reset() {
    problems.clear();
    corrected.clear();
  }

  /**
   * A row with what is corrected of it; empty when that cannot be, which is a {@link #problems
   * problem} then.
   *
   * @param stored the row as the quarantine has it; copied where it is kept
   */
  public Optional<RequestedRow> of(QuarantinedRow row, CompiledTable table, InternalRow stored) {
    RequestedRow plain = new RequestedRow(row.id(), false, "", stored, table);
    boolean isRow = row.values().values().stream().anyMatch(value -> value != null);
    ObjectNode columns = MAPPER.createObjectNode();
    try {
      String raw = exported.containsKey(row.id()) ? edited(row, table, columns) : null;
      for (Map.Entry<String, String> each : typed.entrySet()) {
        requireValue(table, each.getKey(), each.getValue());
        if (isRow || !row.failedRules().isEmpty()) {
          Column column = column(table, each.getKey());
          columns.set(column.name(), value(column.type(), each.getValue()));
        } else {
          raw = withField(row, raw, each.getKey(), each.getValue());
        }
      }
      if (!columns.isEmpty() && !isRow && row.failedRules().isEmpty()) {
        throw new WrongEditException(
            "it is a record that never became a row: correct the record, in _raw");
      }
      if (!columns.isEmpty()) {
        corrections
            .computeIfAbsent(table.name(), name -> new Corrections(table))
            .problem(columns.toString())
            .ifPresent(
                problem -> {
                  throw new WrongEditException(masks.error(table.quarantineName(), problem));
                });
      }
      if (raw == null && columns.isEmpty()) {
        return Optional.of(plain);
      }
      columns.fieldNames().forEachRemaining(name -> corrected.merge(name, 1L, Long::sum));
      if (raw != null) {
        corrected.merge(HiddenColumns.RAW.name(), 1L, Long::sum);
      }
      return Optional.of(
          new RequestedRow(
              row.id(),
              raw != null,
              columns.isEmpty() ? "" : columns.toString(),
              raw == null ? stored : withRaw(table, stored, raw),
              table));
    } catch (WrongEditException e) {
      String told = e.isOfAllRows ? e.getMessage() : "row " + row.id() + ": " + e.getMessage();
      if (!problems.contains(told)) {
        problems.add(told);
      }
      return Optional.empty();
    }
  }

  /** What is shown in place of masked values is no value. */
  private void requireValue(CompiledTable table, String column, String value) {
    if (value.strip().equals(ValueMask.MASKED) && masks.hide(table.quarantineName(), column)) {
      throw new WrongEditException(
          ValueMask.MASKED + " stands for what is masked of " + column + ", and is no value", true);
    }
  }

  /** A row cannot be corrected so. */
  private static final class WrongEditException extends RuntimeException {
    private final boolean isOfAllRows;

    WrongEditException(String message) {
      this(message, false);
    }

    /**
     * @param isOfAllRows true when it is wrong whatever the row is
     */
    WrongEditException(String message, boolean isOfAllRows) {
      super(message, null, false, false);
      this.isOfAllRows = isOfAllRows;
    }
  }

  private static Column column(CompiledTable table, String name) {
    return table
        .columns()
        .column(name)
        .orElseThrow(
            () ->
                new WrongEditException(
                    "the table "
                        + QuarantineReader.name(table)
                        + " has no column "
                        + name
                        + "; "
                        + NearestName.question(name, table.columns().names())
                        + "there are "
                        + String.join(", ", table.columns().names()),
                    true));
  }

  /** As a source reads it as JSON. */
  private static JsonNode value(DataType type, String text) {
    if (text.equals(NULL)) {
      return NullNode.getInstance();
    }
    boolean isText =
        type instanceof DataType.Primitive primitive
            && switch (primitive) {
              case STRING, BINARY, DATE, TIMESTAMP -> true;
              default -> false;
            };
    if (isText || text.isBlank()) {
      return TextNode.valueOf(text);
    }
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(text); // what it is to be says why it is not
    }
  }

  /** The record with another value of a field. */
  private String withField(QuarantinedRow row, @Nullable String raw, String name, String text) {
    SourceSpec source =
        pipeline.readSources().stream()
            .filter(each -> each.name().equals(row.source()))
            .filter(each -> each.format().records() instanceof SourceSpec.Json)
            .findFirst()
            .orElseThrow(
                () ->
                    new WrongEditException(
                        "it is a record that never became a row, and no JSON: correct it in _raw of"
                            + " an export"));
    Column column =
        source
            .schema()
            .column(name)
            .orElseThrow(
                () -> new WrongEditException("its source " + source.name() + " has no " + name));
    try {
      if (MAPPER.readTree(raw == null ? row.raw() : raw) instanceof ObjectNode record) {
        record.set(
            source.namesInData().getOrDefault(column.name(), column.name()),
            value(column.type(), text));
        return record.toString();
      }
    } catch (JsonProcessingException e) {
      // Told below.
    }
    throw new WrongEditException("its record is no JSON object: correct it in _raw of an export");
  }

  private static InternalRow withRaw(CompiledTable table, InternalRow stored, String raw) {
    RowFields fields = new RowFields(table.quarantineSchema());
    @Nullable Object[] values = fields.first(stored, fields.width());
    values[fields.position(HiddenColumns.RAW.name())] = Utf8.of(raw);
    values[fields.position("_raw_bytes")] = null;
    return new GenericInternalRow(values);
  }

  /**
   * Looks what an export has otherwise than the row.
   *
   * @param columns gets the values of columns
   * @return the record; null when it is as it was
   */
  private @Nullable String edited(QuarantinedRow row, CompiledTable table, ObjectNode columns) {
    EditedRow edit = exported.get(row.id());
    ObjectNode now = RefusedRowJson.of(row);
    ObjectNode shown = RefusedRowJson.of(masks.of(row));
    String raw = null;
    for (Map.Entry<String, JsonNode> each : edit.values().entrySet()) {
      String name = each.getKey();
      if (!now.has(name)) {
        throw new WrongEditException(edit.place() + ": " + told(name, table));
      }
      if (!edit.isAs(now.get(name), each.getValue())
          && !edit.isAs(shown.get(name), each.getValue())) {
        if (name.equals(HiddenColumns.RAW.name())) {
          String written = each.getValue().isNull() ? "" : each.getValue().asText();
          raw = masks.restored(row, written).orElseThrow(() -> notKnown(edit, name));
        } else if (OF_RECORD.contains(name)) {
          throw new WrongEditException(
              edit.place() + ": " + name + " says which record it is, and is not corrected");
        } else if (!HiddenColumns.isReserved(name)) {
          Column column = column(table, name);
          JsonNode written =
              edit.isText() && !each.getValue().isNull()
                  ? value(column.type(), each.getValue().asText())
                  : each.getValue();
          columns.set(
              name,
              masks
                  .restored(row.quarantine(), name, written, shown.get(name), now.get(name))
                  .orElseThrow(() -> notKnown(edit, name)));
        }
      }
    }
    return raw;
  }

  private static WrongEditException notKnown(EditedRow edit, String name) {
    return new WrongEditException(
        edit.place()
            + ": "
            + name
            + " has "
            + ValueMask.MASKED
            + " where nobody can say what it stands for: leave a masked value where export has"
            + " written it, write the whole value, or export with --unmask");
  }

  private static String told(String name, CompiledTable table) {
    return "the row has no "
        + name
        + "; "
        + NearestName.question(name, table.columns().names())
        + "columns are "
        + String.join(", ", table.columns().names());
  }

  /**
   * Ids of an export that no row has had so far.
   *
   * @throws UsageException when there are some
   */
  public void requireAllFound(Set<String> found) {
    if (found.containsAll(exported.keySet())) {
      return;
    }
    RowStates states = RowStates.of(pipeline);
    List<String> missing =
        exported.entrySet().stream()
            .filter(each -> !found.contains(each.getKey()))
            .map(
                each ->
                    each.getValue().place()
                        + ": "
                        + DeletedRow.told(states, each.getKey())
                            .orElse("no refused row has the id " + each.getKey()))
            .limit(5)
            .toList();
    if (!missing.isEmpty()) {
      throw new UsageException(String.join("\n", missing));
    }
  }
}
