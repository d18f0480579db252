package io.lakebeam.delta;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.delta.standalone.actions.AddFile;
import io.delta.standalone.actions.CommitInfo;
import io.delta.standalone.actions.RemoveFile;
import io.lakebeam.graph.ErrorCode;
import java.io.IOException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Our records as the log's actions and back. */
final class Actions {
  private static final JsonFactory JSON = new JsonFactory();

  private Actions() {}

  static AddFile add(DataFile file, Commit.Content content) {
    AddFile.Builder add =
        AddFile.builder(
            file.path(),
            file.partitionValues(),
            file.bytes(),
            file.modifiedAt(),
            content == Commit.Content.CHANGED);
    if (!file.statistics().isEmpty()) {
      // delta-standalone writes this field raw: unquoted JSON would become an object where readers
      // expect a string, and the table could no longer be opened.
      add.stats(quoted(file.statistics()));
    }
    if (!file.tags().isEmpty()) {
      add.tags(file.tags());
    }
    return add.build();
  }

  static RemoveFile remove(DataFile file, Commit.Content content) {
    return AddFile.builder(
            file.path(),
            file.partitionValues(),
            file.bytes(),
            file.modifiedAt(),
            content == Commit.Content.CHANGED)
        .build()
        .remove();
  }

  static DataFile file(AddFile add) {
    String statistics = add.getStats() == null ? "" : add.getStats();
    return new DataFile(
        add.getPath(),
        add.getPartitionValues(),
        rows(statistics),
        add.getSize(),
        statistics,
        add.getModificationTime(),
        add.getTags() == null ? Map.of() : withoutNulls(add.getTags()));
  }

  /** The log says little of a removed file; a partition value that it lacks is NULL. */
  static DataFile file(RemoveFile remove, List<String> partitionBy) {
    Map<String, String> said = remove.getPartitionValues();
    Map<String, String> values = new LinkedHashMap<>();
    partitionBy.forEach(name -> values.put(name, said == null ? null : said.get(name)));
    return new DataFile(
        remove.getPath(),
        values,
        DataFile.UNKNOWN_ROWS,
        remove.getSize().orElse(0L),
        "",
        remove.getDeletionTimestamp().orElse(0L));
  }

  static HistoryEntry history(long version, Optional<CommitInfo> info, long writtenAt) {
    if (info.isEmpty()) {
      return new HistoryEntry(
          version, Instant.ofEpochMilli(writtenAt), "UNKNOWN", Map.of(), Map.of(), "");
    }
    CommitInfo commit = info.get();
    Timestamp at = commit.getTimestamp();
    Map<String, String> parameters = commit.getOperationParameters();
    return new HistoryEntry(
        version,
        at == null ? Instant.ofEpochMilli(writtenAt) : at.toInstant(),
        commit.getOperation() == null ? "UNKNOWN" : commit.getOperation(),
        parameters == null ? Map.of() : withoutNulls(parameters),
        commit.getOperationMetrics().map(Actions::withoutNulls).orElse(Map.of()),
        commit.getEngineInfo().orElse(""));
  }

  /** A text as JSON. */
  static String quoted(String text) {
    return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  private static Map<String, String> withoutNulls(Map<String, String> map) {
    Map<String, String> kept = new LinkedHashMap<>(map);
    kept.values().removeIf(value -> value == null);
    return kept;
  }

  /** Reads no further than the number, which writers put first. */
  private static long rows(String statistics) {
    if (statistics.isEmpty()) {
      return DataFile.UNKNOWN_ROWS;
    }
    try (JsonParser json = JSON.createParser(statistics)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return DataFile.UNKNOWN_ROWS;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = json.getCurrentName().equals("numRecords");
        json.nextToken();
        if (found) {
          return json.getLongValue();
        }
        json.skipChildren();
      }
      return DataFile.UNKNOWN_ROWS;
    } catch (IOException e) {
      throw new DeltaException(
          ErrorCode.TABLE_DAMAGED, "statistics that are no JSON: " + statistics, e);
    }
  }
}
