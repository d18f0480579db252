package io.lakebeam.delta;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import io.lakebeam.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Names the file of a table's log that cannot be read, which delta-standalone's errors do not: its
 * JSON parser knows no file.
 */
final class DamagedLog {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern CHECKPOINT = Pattern.compile("\\S+\\.checkpoint\\S*\\.parquet");
  private static final String COMMIT = "\\d{20}\\.json";

  private DamagedLog() {}

  /**
   * What to tell about an error of reading a table; empty when no file of its log is damaged.
   *
   * @param table the table's folder
   */
  static Optional<String> explain(Place table, Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      Matcher checkpoint = CHECKPOINT.matcher(String.valueOf(cause.getMessage()));
      if (checkpoint.find()) {
        return Optional.of(
            "cannot read table "
                + table.path()
                + ": its checkpoint "
                + checkpoint.group()
                + " cannot be read; restore it from a copy of the lake, or, when the log's json"
                + " files go back to version 0, delete it and _last_checkpoint beside it");
      }
      if (cause.getClass().getName().contains(".jackson.")) {
        return damagedCommit(table)
            .map(
                file ->
                    "cannot read table "
                        + table.path()
                        + ": "
                        + file
                        + " of its log is damaged: it is cut off, empty, or no JSON; restore it"
                        + " from a copy of the lake");
      }
    }
    return Optional.empty();
  }

  private static Optional<Path> damagedCommit(Place table) {
    Storage storage = table.storage();
    try {
      List<FileStatus> newestFirst =
          new ArrayList<>(storage.list(new Path(table.path(), "_delta_log")));
      java.util.Collections.reverse(newestFirst);
      for (FileStatus file : newestFirst) {
        if (file.getPath().getName().matches(COMMIT) && isDamaged(storage, file.getPath())) {
          return Optional.of(file.getPath());
        }
      }
      return Optional.empty();
    } catch (StorageException e) {
      // The first error is the one to tell.
      return Optional.empty();
    }
  }

  private static boolean isDamaged(Storage storage, Path file) {
    String text = new String(storage.read(file).orElse(new byte[0]), StandardCharsets.UTF_8);
    if (text.isBlank()) {
      return true;
    }
    try {
      for (String line : text.lines().filter(each -> !each.isBlank()).toList()) {
        if (!MAPPER.readTree(line).isObject()) {
          return true;
        }
      }
      return false;
    } catch (JacksonException e) {
      return true;
    }
  }
}
