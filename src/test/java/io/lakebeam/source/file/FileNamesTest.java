package io.lakebeam.source.file;

import static io.lakebeam.graph.Column.nullable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.parquet.HandBuilt;
import io.lakebeam.source.BadFile;
import io.lakebeam.source.Collected;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.FileRules;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that are a file system's to allow, and that other systems read as something else. */
class FileNamesTest {
  private static final Column ID = nullable("id", Primitive.INT);
  private static final SourceSpec.Parquet PARQUET = new SourceSpec.Parquet();

  @TempDir Path folder;

  private SourceSpec source(String pattern, FileRules.BadFiles badFiles) {
    return new SourceSpec(
        "reports",
        new SourceSpec.Files(pattern, folder.toString(), badFiles),
        Sources.CSV,
        TableSchema.of(ID),
        false,
        SourceLocation.of("pipeline.yaml"));
  }

  private static void old(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
  }

  private static List<Slice> slices(SourceSpec source) {
    return SourceDiscovery.of(Storage.PLAIN, source, s -> "")
        .discover(SourcePosition.start(source), 1_000_000)
        .slices();
  }

  private static Set<String> names(SourceSpec source) {
    Set<String> names = new TreeSet<>();
    slices(source).forEach(slice -> names.add(((Slice.FileSlice) slice).path()));
    return names;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a:b.csv",
        "s3a:b.csv",
        "2026-01-02T03:04:05Z.csv",
        ":.csv",
        "a\nb.csv",
        "a\\b.csv",
        "a*b?.csv",
        "[a]{b}.csv",
        "a%20b%2Fc.csv",
        "a b .csv",
        "'\"$(id)`.csv",
        "\u00fc\u4e2d\ud83d\ude00\u202e.csv",
        "a\u001b]0;x\u0007.csv",
        "~#&;.csv",
        "a..csv"
      })
  void everyNameIsReadInBothKindsOfReaders(String name) throws Exception {
    Path file = Files.createDirectories(folder.resolve("in/inner:1")).resolve(name);
    old(Files.writeString(file, "id\n7\n"));
    SourceSpec source = source(folder + "/in/*/*.csv", FileRules.BadFiles.FAIL);
    List<Slice> slices = slices(source);
    assertEquals("in/inner:1/" + name, ((Slice.FileSlice) slices.get(0)).path());
    assertEquals(
        new SourceDiscovery.Standing.AsPlanned(),
        SourceDiscovery.of(Storage.PLAIN, source, s -> "").standing(slices.get(0)));
    Collected out = new Collected(source);
    SourceReader.of(Storage.PLAIN, source, s -> "", () -> false)
        .read(slices.get(0), Sources.PLANNED_AT, out);
    assertEquals(List.of(7), out.column("id"));
    assertEquals(List.of(file + ":2"), out.column("_position"));

    HandBuilt.write(file, "required int32 id;", List.of(row -> row.append("id", 8)));
    Collected parquet = new Collected(ID);
    SourceReader.of(Storage.PLAIN, Sources.files(folder + "/in", PARQUET, ID), s -> "", () -> false)
        .read(Sources.slice(file), Sources.PLANNED_AT, parquet);
    assertEquals(List.of(8), parquet.column("id"));
  }

  @Test
  void patternsMeanWhatTheyDidForOtherNames() throws Exception {
    for (String name :
        List.of("a1.csv", "b1.csv", "b2.csv", "c.json", "x/a1.csv", "x/y/a1.csv", "x/.h.csv")) {
      Path file = folder.resolve("in").resolve(name);
      Files.createDirectories(file.getParent());
      old(Files.writeString(file, "id\n"));
    }
    assertEquals(Set.of("in/a1.csv", "in/b1.csv", "in/b2.csv"), named("in/*.csv"));
    assertEquals(Set.of("in/a1.csv", "in/b1.csv"), named("in/?1.csv"));
    assertEquals(Set.of("in/b1.csv", "in/b2.csv"), named("in/[b-c]*.csv"));
    assertEquals(Set.of("in/a1.csv"), named("in/[^bc]*.csv"));
    assertEquals(Set.of("in/a1.csv", "in/x/a1.csv"), named("in/{a1,x/a1}.csv"));
    assertEquals(Set.of("in/x/a1.csv"), named("in/*/a1.csv"));
    assertEquals(Set.of("in/x/a1.csv", "in/x/y/a1.csv"), named("in/x"));
    assertEquals(Set.of("in/x/a1.csv", "in/x/y/a1.csv"), named("in/x*"));
    assertEquals(Set.of("in/c.json"), named("in/c.json"));
    assertEquals(Set.of(), named("in/c.json/*"));
    assertEquals(Set.of(), named("in/none.csv"));
    old(Files.writeString(folder.resolve("in/a*.csv"), "id\n"));
    assertEquals(Set.of("in/a*.csv"), named("in/a\\*.csv"));
  }

  private Set<String> named(String pattern) {
    return names(source(folder + "/" + pattern, FileRules.BadFiles.FAIL));
  }

  @Test
  void aFolderThatIsALinkToOneAroundItIsWalkedOnce() throws Exception {
    Path inner = Files.createDirectories(folder.resolve("in/a/b"));
    old(Files.writeString(inner.resolve("1.csv"), "id\n"));
    Files.createSymbolicLink(inner.resolve("again"), folder.resolve("in"));
    Files.createSymbolicLink(inner.resolve("itself"), inner.resolve("itself"));
    assertEquals(Set.of("in/a/b/1.csv"), named("in/*"));
  }

  /** A byte that is no UTF-8: made by a shell, because Java cannot. */
  @Test
  void aNameThatIsNoTextStopsByNameOrIsSetAside() throws Exception {
    Files.createDirectories(folder.resolve("in"));
    Process shell =
        new ProcessBuilder(
                "sh",
                "-c",
                "printf 'id\\n1\\n' > \"$(printf 'a\\377b.csv')\" && touch -d @1 a*",
                "sh")
            .directory(folder.resolve("in").toFile())
            .start();
    Assumptions.assumeTrue(shell.waitFor() == 0, "this file system has such names");
    try (Stream<Path> files = Files.list(folder.resolve("in"))) {
      Assumptions.assumeTrue(files.anyMatch(f -> f.toString().indexOf('\uFFFD') >= 0));
    }
    SourceSpec stops = source(folder + "/in/*", FileRules.BadFiles.FAIL);
    SourceException told = assertThrows(SourceException.class, () -> slices(stops));
    assertEquals(folder + "/in/a\uFFFDb.csv cannot be opened by its name", told.problem());

    SourceSpec setsAside = source(folder + "/in/*", FileRules.BadFiles.SET_ASIDE);
    List<Slice> slices = slices(setsAside);
    assertEquals(1, slices.size());
    assertEquals(
        new SourceDiscovery.Standing.AsPlanned(),
        SourceDiscovery.of(Storage.PLAIN, setsAside, s -> "").standing(slices.get(0)));
    List<BadFile> bad = new ArrayList<>();
    SourceReader.of(Storage.PLAIN, setsAside, s -> "", () -> false)
        .readOrSetAside(
            slices.get(0),
            Optional.empty(),
            Sources.PLANNED_AT,
            new Collected() {
              @Override
              public void setAside(BadFile file) {
                bad.add(file);
              }
            });
    assertTrue(bad.get(0).error().contains("cannot be opened by its name: the name is no text"));
  }
}
