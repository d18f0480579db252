package io.lakebeam.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.parquet.HandBuilt;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileChecksTest {
  @TempDir Path folder;

  @Test
  void theNewestParquetFilesAreLookedAtToo() throws Exception {
    for (int i = 0; i < 5; i++) {
      file("a" + i, "required int64 at (TIMESTAMP(MICROS,true));", i);
    }
    Path other = file("b", "required int64 at (TIMESTAMP(NANOS,true));", 5);
    assertEquals(
        List.of(
            new Outcome.Ok("6 files match " + folder + "/*.parquet"),
            new Outcome.Ok("4 of them have the declared columns"),
            new Outcome.Ok("decoded 1 records of " + folder + "/a0.parquet")),
        outcomes("`at` TIMESTAMP"));
    file("b", "required double at;", 5);
    assertEquals(
        List.of(
            new Outcome.Ok("6 files match " + folder + "/*.parquet"),
            new Outcome.Failed(
                ErrorCode.INPUT_MISMATCHED,
                other + " does not have the declared columns",
                "column at: declared TIMESTAMP, but the file holds DOUBLE",
                "In the schema of the source, declare at DOUBLE. To go on without it, move it away;"
                    + " or declare bad_files: set_aside in the source, which passes over such"
                    + " files"),
            new Outcome.Skipped("columns")),
        outcomes("`at` TIMESTAMP"));
  }

  private List<Outcome> outcomes(String ddl) {
    List<Finding> findings = new ArrayList<>();
    SourceSpec source =
        new SourceSpec(
            "s",
            new SourceSpec.Files(folder + "/*.parquet"),
            new SourceSpec.Parquet(),
            SchemaDdl.parse(ddl),
            false,
            SourceLocation.of("pipeline.yaml"));
    new FileChecks(Storage.PLAIN, source, error -> error)
        .run(new Checks("s", Duration.ofSeconds(30), findings::add));
    return findings.stream().map(Finding::outcome).toList();
  }

  private Path file(String name, String field, int minute) throws Exception {
    Path file =
        HandBuilt.write(
            folder.resolve(name + ".parquet"),
            field,
            List.of(
                row -> {
                  if (field.contains("double")) {
                    row.append("at", 1.5);
                  } else {
                    row.append("at", 1L);
                  }
                }));
    return Files.setLastModifiedTime(
        file, FileTime.fromMillis(1_700_000_000_000L + minute * 60_000L));
  }
}
