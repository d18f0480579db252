package io.lakebeam.delta;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Commits to a table's log as Databricks writes them, by hand. */
public final class DatabricksLog {
  private final Path log;

  public DatabricksLog(Path table) {
    this.log = table.resolve("_delta_log");
  }

  /** The next version: what was done, and further actions, a line each. */
  public DatabricksLog commit(String operation, String parameters, String... actions) {
    String info =
        "{\"commitInfo\":{\"timestamp\":1784714813812,\"userId\":\"2950883358196978\","
            + "\"userName\":\"anna@contoso.com\",\"operation\":\""
            + operation
            + "\",\"operationParameters\":"
            + parameters
            + ",\"notebook\":{\"notebookId\":\"1944968013109850\"},"
            + "\"clusterId\":\"0720-061852-wd0b5onj\",\"isolationLevel\":\"WriteSerializable\","
            + "\"isBlindAppend\":true,\"operationMetrics\":{},"
            + "\"tags\":{\"restoresDeletedRows\":\"false\"},"
            + "\"engineInfo\":\"Databricks-Runtime/16.4.x-scala2.12\","
            + "\"txnId\":\"08360905-ebec-4127-92f3-65749dd6f8d9\"}}";
    String more = actions.length == 0 ? "" : "\n" + String.join("\n", actions);
    try {
      Files.writeString(log.resolve(next()), info + more + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  private String next() {
    long version = 0;
    while (Files.exists(log.resolve(name(version)))) {
      version++;
    }
    return name(version);
  }

  private static String name(long version) {
    return String.format(Locale.ROOT, "%020d.json", version);
  }

  /** Protocol of a table with features. */
  public static String protocol(int reader, String readerFeatures, String writerFeatures) {
    return "{\"protocol\":{\"minReaderVersion\":"
        + reader
        + ",\"minWriterVersion\":7"
        + (reader < 3 ? "" : ",\"readerFeatures\":[" + readerFeatures + "]")
        + ",\"writerFeatures\":["
        + writerFeatures
        + "]}}";
  }
}
