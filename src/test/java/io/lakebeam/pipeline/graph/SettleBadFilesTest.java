package io.lakebeam.pipeline.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.BadFile;
import io.lakebeam.source.Rejected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import io.lakebeam.spec.FileRules;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All attempts at an epoch give a file the same answer, whatever becomes of it meanwhile. */
class SettleBadFilesTest {
  private static final java.time.Instant PLANNED = java.time.Instant.ofEpochMilli(1000);

  @TempDir Path folder;
  private Path file;
  private SourceSpec source;
  private Slice.FileSlice slice;
  private Ledger ledger;

  /** What an attempt makes of the file. */
  private static final class Attempt implements RowOutput {
    private int rows;
    private final List<BadFile> aside = new ArrayList<>();

    @Override
    public void row(InternalRow row) {
      rows++;
    }

    @Override
    public void rejected(Rejected rejected) {
      throw new IllegalStateException(rejected.error());
    }

    @Override
    public void setAside(BadFile bad) {
      aside.add(bad);
    }

    @Override
    public void warning(String text) {
      throw new IllegalStateException(text);
    }
  }

  private static byte[] gzip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write("id\n1\n2\n".getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private void isWhole() throws IOException {
    Files.write(file, gzip());
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));
  }

  /** Of the same length and time. */
  private void isDamaged() throws IOException {
    byte[] bytes = gzip();
    bytes[bytes.length - 6] ^= 1;
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));
  }

  @BeforeEach
  void planned() throws IOException {
    Files.createDirectories(folder.resolve("in"));
    file = folder.resolve("in/a.csv.gz");
    isWhole();
    source = source(FileRules.BadFiles.SET_ASIDE);
    slice = new Slice.FileSlice("orders", file.toString(), Files.size(file), 1_700_000_000_000L);
    ledger = new Ledger(Place.of(folder + "/lake"), "p");
    ledger.put(new EpochPlan("p", 1, PLANNED, List.of(slice), Map.of()));
  }

  private SourceSpec source(FileRules.BadFiles badFiles) {
    return new SourceSpec(
        "orders",
        new SourceSpec.Files(folder + "/in/*", "", badFiles),
        new SourceSpec.Csv(true, ',', '"', "UTF-8", ""),
        TableSchema.of(Column.nullable("id", Primitive.INT)),
        false,
        SourceLocation.of("pipeline.yaml"));
  }

  private Attempt read() {
    Attempt attempt = new Attempt();
    SourceReader.of(Storage.PLAIN, source, s -> "", () -> false)
        .readOrSetAside(slice, ledger.setAside(1), Instant.ofEpochSecond(1), attempt);
    return attempt;
  }

  private void settle(Attempt attempt) {
    new SettleBadFiles(
            new LedgerPlace(Place.of(folder + "/lake"), "p", "p"),
            List.of(source),
            Map.of(),
            Map.of(source.name(), Set.of("bronze")))
        .settle(1, Set.of(), attempt.aside);
  }

  private String error() {
    return file + " cannot be unpacked as gzip: Gzip-compressed data is corrupt (CRC32 error)";
  }

  @Test
  void aFileThatIsSetAsideStaysSoWhenItIsMended() throws Exception {
    isDamaged();
    settle(read());
    assertEquals(Optional.of(Map.of(slice, error())), ledger.setAside(1));
    isWhole();
    Attempt second = read();
    assertEquals(0, second.rows);
    assertEquals(List.of(new BadFile("orders", file.toString(), error())), second.aside);
    settle(second);
    // Nor does another word in the pipeline file take its row out of quarantines.
    source = source(FileRules.BadFiles.FAIL);
    assertEquals(second.aside, read().aside);
  }

  @Test
  void aFileThatWasReadIsNotSetAsideWhenItIsDamaged() throws Exception {
    Attempt first = read();
    assertEquals(2, first.rows);
    settle(first);
    assertEquals(Optional.of(Map.of()), ledger.setAside(1));
    isDamaged();
    SourceException told = assertThrows(SourceException.class, this::read);
    assertEquals(file + " cannot be unpacked as gzip", told.problem());
    assertTrue(
        told.fix()
            .endsWith(
                ". This epoch is to read it, and tables may have its rows, so it is not set aside any"
                    + " more. To go on without it, move it away and run the update with"
                    + " --skip-missing"),
        told.fix());
  }

  @Test
  void ofTwoAnswersTheFirstHolds() throws Exception {
    Attempt whole = read();
    isDamaged();
    Attempt damaged = read();
    settle(whole);
    SourceException told = assertThrows(SourceException.class, () -> settle(damaged));
    assertEquals(file + " is read and was set aside", told.problem());
    assertEquals(Optional.of(Map.of()), ledger.setAside(1));
  }

  @Test
  void ofTwoAnswersTheFirstHoldsTheOtherWayRound() throws Exception {
    Attempt whole = read();
    isDamaged();
    settle(read());
    SourceException told = assertThrows(SourceException.class, () -> settle(whole));
    assertEquals(file + " is set aside and was read", told.problem());
    assertEquals(Optional.of(Map.of(slice, error())), ledger.setAside(1));
  }

  @Test
  void whereBadFilesStopTheUpdateNothingIsSettled() {
    source = source(FileRules.BadFiles.FAIL);
    settle(read());
    assertEquals(Optional.empty(), ledger.setAside(1));
  }
}
