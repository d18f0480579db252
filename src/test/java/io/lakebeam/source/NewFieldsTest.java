package io.lakebeam.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.NewFields;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFieldsTest {
  @TempDir Path folder;

  private Collected read(SourceSpec.Format format, String text) throws IOException {
    Path file = Files.writeString(folder.resolve("data"), text);
    SourceSpec source =
        new SourceSpec(
            "orders",
            new SourceSpec.Files(folder + "/*"),
            format,
            SchemaDdl.parse("id INT, at STRUCT<x: INT>"),
            Map.of(),
            false,
            false,
            NewFields.FAIL,
            SourceLocation.of("pipeline.yaml"));
    Collected out = new Collected(source);
    SourceReader.of(Storage.PLAIN, source, s -> "", () -> false)
        .read(Sources.slice(file), Sources.PLANNED_AT, out);
    return out;
  }

  private void stops(SourceSpec.Format format, String text, String field, int line) {
    SourceException e = assertThrows(SourceException.class, () -> read(format, text));
    assertEquals(
        "a record has the field " + field + ", which the schema does not know", e.problem());
    assertTrue(
        e.reason().endsWith("/data:" + line + ", and the source says new_fields: fail"),
        e.reason());
    assertFalse(e.isOfOneFile() || e.isRetryable(), "no file is set aside for it");
  }

  @Test
  void theFirstRecordWithAnUnknownFieldStopsTheReadingByName() {
    stops(new SourceSpec.Json(), "{\"id\":1}\n{\"id\":2,\"gate\":\"A\",\"b\":1}\n", "gate", 2);
    stops(new SourceSpec.Json(), "{\"id\":1,\"at\":{\"x\":1,\"y\":2}}\n", "at.y", 1);
    stops(Sources.CSV, "id,gate\n1,A\n", "gate", 2);
  }

  @Test
  void whatTheSchemaKnowsAndWhatCannotBeReadGoOn() throws IOException {
    Collected out = read(new SourceSpec.Json(), "{\"id\":1,\"at\":{\"x\":1}}\noops\n{}\n");
    assertEquals(2, out.rows.size());
    assertEquals(1, out.rejected.size());
  }
}
