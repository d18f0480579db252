package io.lakebeam.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.graph.Column;
import io.lakebeam.row.JavaValues;
import io.lakebeam.row.RowJson;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a table of the lake and one of PostgreSQL have, in the same words. */
public final class MirroredRows {
  private static final ObjectMapper JSON = new ObjectMapper();

  private MirroredRows() {}

  /** Nothing is missing in PostgreSQL, nothing there twice, and each value the same. */
  public static void assertSame(String table, TestingPostgres server, String mirrored) {
    assertEquals(
        String.join("\n", ofLake(table)),
        String.join("\n", ofServer(table, server, mirrored)),
        mirrored);
  }

  private static List<Column> shown(Snapshot snapshot) {
    return snapshot.schema().columns().stream()
        .filter(column -> !column.name().startsWith("_") || column.name().startsWith("__"))
        .toList();
  }

  /** The rows of the newest version, sorted. */
  public static List<String> ofLake(String table) {
    Place place = Place.of(table);
    Snapshot snapshot = DeltaTable.at(place).latest().orElseThrow();
    List<Column> columns = shown(snapshot);
    List<String> rows = new ArrayList<>();
    for (DataFile file : snapshot.files()) {
      try (CloseableIterator<InternalRow> each =
          DataFileReader.read(
              place, file, snapshot.schema(), columns.stream().map(Column::name).toList())) {
        each.forEachRemaining(
            row ->
                rows.add(
                    JavaValues.of(row, columns).values().stream()
                        .map(MirroredRows::text)
                        .collect(Collectors.joining("|"))));
      }
    }
    return rows.stream().sorted().toList();
  }

  /** The rows of PostgreSQL, sorted, with the columns in the order of the lake. */
  public static List<String> ofServer(String table, TestingPostgres server, String mirrored) {
    List<String> names =
        shown(DeltaTable.at(Place.of(table)).latest().orElseThrow()).stream()
            .map(column -> '"' + column.name() + '"')
            .toList();
    List<String> rows = new ArrayList<>();
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet each =
            statement.executeQuery("SELECT " + String.join(",", names) + " FROM " + mirrored)) {
      while (each.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= names.size(); i++) {
          values.add(value(each, i));
        }
        rows.add(String.join("|", values));
      }
    } catch (SQLException e) {
      throw new AssertionError(mirrored, e);
    }
    return rows.stream().sorted().toList();
  }

  private static String value(ResultSet row, int i) throws SQLException {
    if (row.getObject(i) == null) {
      return text(null);
    }
    return switch (row.getMetaData().getColumnTypeName(i)) {
      case "timestamptz" -> text(row.getObject(i, OffsetDateTime.class).toInstant());
      case "date" -> text(row.getObject(i, LocalDate.class));
      case "jsonb" -> json(row.getString(i));
      default -> text(row.getObject(i));
    };
  }

  private static String text(Object value) {
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (value instanceof Iterable<?> || value instanceof Map<?, ?>) {
      return json(RowJson.value(value).toString());
    }
    return String.valueOf(value).replace('\u0000', '\ufffd');
  }

  /** Keys in one order; PostgreSQL has an order of its own. */
  private static String json(String text) {
    try {
      return JSON.writer()
          .with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .writeValueAsString(JSON.readValue(text, Object.class))
          .replaceAll("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000", "$1\ufffd");
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }
}
