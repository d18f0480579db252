package io.lakebeam.source.file;

import static io.lakebeam.graph.Column.nullable;
import static io.lakebeam.graph.DataType.Primitive.INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.graph.Column;
import io.lakebeam.source.Collected;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.source.SourcePosition.SeenFiles;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.FileRules;
import io.lakebeam.spec.FileRules.AfterRead;
import io.lakebeam.spec.FileRules.BadFiles;
import io.lakebeam.spec.FileRules.ChangedFiles;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.TestingClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that settle, change, are forgotten and go, by what their source says. */
class LandedFilesTest {
  private static final Column ID = nullable("id", INT);
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final Duration SETTLE = Duration.ofSeconds(5);

  @TempDir Path dir;
  private final TestingClock clock = new TestingClock(NOW);
  private Path folder;

  @BeforeEach
  void folder() throws IOException {
    folder = Files.createDirectory(dir.resolve("in"));
  }

  private Path write(String name, String text, Duration age) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(clock.instant().minus(age)));
    return file;
  }

  private SourceSpec source(ChangedFiles changed, Duration remember, AfterRead afterRead) {
    return Sources.files(folder + "/*", Sources.CSV, ID)
        .withConnection(
            new SourceSpec.Files(
                folder + "/**",
                dir.toString(),
                new FileRules(BadFiles.FAIL, SETTLE, changed, remember, afterRead)));
  }

  private FolderDiscovery discovery(SourceSpec source) {
    SourceSpec.Files files = (SourceSpec.Files) source.connection();
    return new FolderDiscovery(
        Storage.PLAIN, source, files, new Settling(files.rules().settle(), clock, clock::step));
  }

  private FolderDiscovery discovery(ChangedFiles changed) {
    return discovery(source(changed, FileRules.FOREVER, AfterRead.KEEP));
  }

  private FolderDiscovery remembering(Duration time) {
    return discovery(source(ChangedFiles.IGNORE, time, AfterRead.KEEP));
  }

  private static final SeenFiles START = new SeenFiles(Set.of());

  private static List<String> paths(Discovery found) {
    return found.slices().stream().map(Slice::toString).toList();
  }

  @Test
  void aFileIsTakenOnceItHasSettled() throws Exception {
    write("a.csv", "id\n1\n", SETTLE);
    write("b.csv", "id\n1\n", SETTLE.minusMillis(1));
    FolderDiscovery discovery = discovery(ChangedFiles.IGNORE);
    Discovery found = discovery.discover(START, 1000);
    assertEquals(List.of("in/a.csv"), paths(found));
    assertEquals(List.of("in/b.csv"), found.unfinished());
    assertEquals(List.of("in/a.csv", "in/b.csv"), paths(discovery.present(START)));
    assertEquals(NOW.plus(SETTLE), clock.instant());
  }

  private static List<String> again(FolderDiscovery discovery, SourcePosition until) {
    return discovery.remains(until).slices().stream().map(Slice::toString).toList();
  }

  /** Files as they are now, but for those that come as news to all who read the source. */
  @Test
  void whatWasReadCanBeReadOnceMoreAsFarAsItIsThere() throws Exception {
    write("a.csv", "id\n1\n", Duration.ofHours(3));
    write("b.csv", "id\n2\n", Duration.ofHours(2));
    write("empty.csv", "", Duration.ofHours(2));
    FolderDiscovery discovery = discovery(ChangedFiles.IGNORE);
    SourcePosition until = discovery.discover(START, 1000).position();
    write("new.csv", "id\n3\n", Duration.ofHours(1));
    assertEquals(List.of("in/a.csv", "in/b.csv"), again(discovery, until));
    assertEquals("", discovery.remains(until).lost());

    write("a.csv", "id\n1\n11\n", Duration.ofHours(1));
    assertEquals(List.of("in/b.csv", "in/a.csv"), again(discovery, until));
    assertEquals(List.of("in/b.csv"), again(discovery(ChangedFiles.READ_AGAIN), until));

    Files.delete(folder.resolve("b.csv"));
    assertEquals(List.of("in/a.csv"), again(discovery, until));
    assertEquals(
        "1 of 3 files that were read are not there any more, in/b.csv for one",
        discovery.remains(until).lost());

    SeenFiles moved =
        new SeenFiles(
            SeenFiles.requireFiles(discovery.discover(START, 1000).position()).files().stream()
                .map(
                    file ->
                        new FileIdentity(
                            file.path().replace("in/", "old/"), file.length(), file.modifiedAt()))
                .collect(java.util.stream.Collectors.toSet()));
    assertEquals(List.of("in/a.csv", "in/new.csv"), again(discovery, moved));
    assertEquals("", discovery.remains(moved).lost(), "the folder had another name");

    FolderDiscovery emptied =
        discovery(source(ChangedFiles.IGNORE, FileRules.FOREVER, AfterRead.DELETE));
    assertEquals(List.of(), again(emptied, until));
    assertEquals(
        "its files go once they are read, as after_read says", emptied.remains(until).lost());
  }

  /** By a smaller one, and by a larger one. */
  @Test
  void anotherVersionOfAFileIsReadAgainWhereTheSourceSaysSo() throws Exception {
    write("a.csv", "id\n1\n2\n", Duration.ofHours(3));
    FolderDiscovery discovery = discovery(ChangedFiles.READ_AGAIN);
    SourcePosition first = discovery.discover(START, 1000).position();
    write("a.csv", "id\n3\n", Duration.ofHours(2));
    Discovery second = discovery.discover(first, 1000);
    assertEquals(List.of("in/a.csv"), paths(second));
    assertEquals(
        List.of(
            "in/a.csv has changed after it was read (7 bytes then, 5 now); it is read again, as"
                + " changed_files says: rows that it had before come again"),
        second.warnings());
    assertEquals(List.of(), paths(discovery.discover(second.position(), 1000)));

    // As long, of another time: it may hold anything.
    write("a.csv", "id\n4\n", Duration.ofHours(1));
    Discovery third = discovery.discover(second.position(), 1000);
    assertEquals(List.of("in/a.csv"), paths(third));
    // A version that was read is known, also when it comes back.
    write("a.csv", "id\n3\n", Duration.ofHours(2));
    assertEquals(List.of(), paths(discovery.discover(third.position(), 1000)));

    write("a.csv", "id\n5\n6\n", Duration.ofSeconds(1));
    Discovery young = discovery.discover(third.position(), 1000);
    assertEquals(List.of("in/a.csv"), young.unfinished());
    assertEquals(List.of(), young.warnings());
  }

  @Test
  void anotherVersionOfAFileStopsWhereTheSourceSaysSo() throws Exception {
    Path file = write("a.csv", "id\n1\n2\n", Duration.ofHours(2));
    FolderDiscovery discovery = discovery(ChangedFiles.FAIL);
    SourcePosition first = discovery.discover(START, 1000).position();
    write("a.csv", "id\n3\n", Duration.ofHours(1));
    SourceException changed =
        assertThrows(SourceException.class, () -> discovery.discover(first, 1000));
    assertEquals(file + " has changed after it was read", changed.problem());
    assertEquals("7 bytes then, 5 now, and the source says changed_files: fail", changed.reason());
    // The way out.
    write("a.csv", "id\n1\n2\n", Duration.ofHours(2));
    assertEquals(List.of(), paths(discovery.discover(first, 1000)));
  }

  @Test
  void twoVersionsThatAreIgnoredAreToldOnceEach() throws Exception {
    write("a.csv", "id\n1\n2\n", Duration.ofHours(3));
    FolderDiscovery discovery = discovery(ChangedFiles.IGNORE);
    SourcePosition position = discovery.discover(START, 1000).position();
    for (int hours = 2; hours > 0; hours--) {
      write("a.csv", "id\n3\n", Duration.ofHours(hours));
      Discovery found = discovery.discover(position, 1000);
      assertEquals(List.of(), paths(found));
      assertEquals(1, found.warnings().size());
      position = found.position();
      assertEquals(List.of(), discovery.discover(position, 1000).warnings());
    }
  }

  /** Files of before the horizon are read, too, when nothing was read yet. */
  @Test
  void whatIsOlderThanRememberedIsForgottenOnceAllOfItIsPlanned() throws Exception {
    write("old.csv", "id\n1\n", Duration.ofDays(400));
    write("older.csv", "id\n1\n", Duration.ofDays(500));
    write("new.csv", "id\n1\n", Duration.ofDays(1));
    FolderDiscovery discovery = remembering(Duration.ofDays(90));
    Discovery first = discovery.discover(START, 1);
    assertEquals(List.of("in/older.csv"), paths(first));
    assertEquals(SeenFiles.NEVER, ((SeenFiles) first.position()).forgottenBefore());
    Discovery second = discovery.discover(first.position(), 1000);
    assertEquals(List.of("in/old.csv", "in/new.csv"), paths(second));
    long horizon = NOW.minus(Duration.ofDays(90)).toEpochMilli();
    SeenFiles seen = (SeenFiles) second.position();
    assertEquals(horizon, seen.forgottenBefore());
    assertEquals(List.of("in/new.csv"), seen.files().stream().map(FileIdentity::path).toList());
    // What a plan holds of it, put together and written.
    SourcePosition kept = first.position().plus(second.position().newsSince(first.position()));
    assertEquals(seen, kept);
    ObjectNode json = new ObjectMapper().createObjectNode();
    kept.write(json);
    assertEquals(seen, SourcePosition.read(json));

    clock.step(Duration.ofDays(2));
    assertEquals(seen, discovery.discover(seen, 1000).position(), "no news, no other position");
    write("late.csv", "id\n1\n", Duration.ofDays(100));
    write("fresh.csv", "id\n1\n", Duration.ofDays(1));
    Discovery third = discovery.discover(seen, 1000);
    assertEquals(List.of("in/fresh.csv"), paths(third));
    assertEquals(
        horizon + Duration.ofDays(2).toMillis(), ((SeenFiles) third.position()).forgottenBefore());
  }

  @Test
  void anUpdateEndsAtItsEndAlsoWhenThatForgets() throws Exception {
    write("old.csv", "id\n1\n", Duration.ofDays(400));
    write("new.csv", "id\n1\n", Duration.ofDays(1));
    FolderDiscovery discovery = remembering(Duration.ofDays(90));
    SourcePosition end = discovery.present(START).position();
    write("behind.csv", "id\n1\n", Duration.ofHours(1));
    clock.step(Duration.ofHours(1));
    Discovery first = discovery.discover(START, end, 1);
    assertEquals(List.of("in/old.csv"), paths(first));
    Discovery second = discovery.discover(first.position(), end, 1);
    assertEquals(List.of("in/new.csv"), paths(second));
    assertEquals(end, second.position());
  }

  @Test
  void aFileThatMayStillBeWrittenIsNotForgotten() throws Exception {
    write("a.csv", "id\n1\n", Duration.ofDays(1));
    write("b.csv", "id\n1\n", Duration.ZERO);
    Discovery found = remembering(Duration.ofHours(1)).discover(START, 1000);
    assertEquals(List.of("in/a.csv"), paths(found));
    assertEquals(SeenFiles.NEVER, ((SeenFiles) found.position()).forgottenBefore());
  }

  /** Such a folder is none of the files, and what is in it is. */
  @Test
  void aFolderWithTheNameOfAFileIsWalked() throws Exception {
    write("a.csv/b.csv", "id\n1\n", Duration.ofHours(1));
    Discovery found = discovery(ChangedFiles.IGNORE).discover(START, 1000);
    assertEquals(List.of("in/a.csv/b.csv"), paths(found));
  }

  @Test
  void aFileWhosePlaceAFolderTakesIsGone() throws Exception {
    Path file = write("a.csv", "id\n1\n", Duration.ofHours(1));
    SourceSpec source = source(ChangedFiles.IGNORE, FileRules.FOREVER, AfterRead.KEEP);
    FolderDiscovery discovery = discovery(source);
    Slice planned = discovery.discover(START, 1000).slices().get(0);
    Files.delete(file);
    Files.createDirectory(file);
    assertEquals(new SourceDiscovery.Standing.Gone(), discovery.standing(planned));
    SourceException gone =
        assertThrows(
            SourceException.class,
            () ->
                SourceReader.of(Storage.PLAIN, source, s -> s.reference(), () -> false)
                    .read(planned, Sources.PLANNED_AT, new Collected(source)));
    assertEquals(file + " is gone since it was planned", gone.problem());
  }

  /** While it is away nothing is new; files that are known are so when it is back. */
  @Test
  void aFolderThatIsRenamedIsMissedByName() throws Exception {
    write("deep/a.csv", "id\n1\n", Duration.ofHours(1));
    FolderDiscovery discovery = discovery(ChangedFiles.IGNORE);
    SourcePosition seen = discovery.discover(START, 1000).position();
    Files.move(folder, dir.resolve("away"));
    SourceException missing =
        assertThrows(SourceException.class, () -> discovery.discover(seen, 1000));
    assertEquals("the folder " + folder + " does not exist", missing.problem());
    Files.move(dir.resolve("away"), folder);
    Discovery back = discovery.discover(seen, 1000);
    assertEquals(List.of(), paths(back));
    assertEquals(seen, back.position());
  }

  private Optional<String> dispose(AfterRead afterRead, Path file) throws IOException {
    SourceSpec source = source(ChangedFiles.IGNORE, FileRules.FOREVER, afterRead);
    Slice.FileSlice slice =
        new Slice.FileSlice(
            source.name(),
            dir.relativize(file).toString(),
            Files.size(file),
            Files.getLastModifiedTime(file).toMillis());
    Disposal disposal = Disposal.of(Storage.PLAIN, source).orElseThrow();
    Optional<String> first = disposal.dispose(slice);
    if (first.isEmpty()) {
      assertEquals(Optional.empty(), disposal.dispose(slice), "again, as after a crash");
    }
    return first;
  }

  @Test
  void aFileThatWasReadIsDeleted() throws Exception {
    Path file = write("a.csv", "id\n1\n", Duration.ofHours(1));
    assertEquals(Optional.empty(), dispose(AfterRead.DELETE, file));
    assertFalse(Files.exists(file));
    assertEquals(
        Optional.empty(),
        Disposal.of(Storage.PLAIN, source(ChangedFiles.IGNORE, FileRules.FOREVER, AfterRead.KEEP)));
  }

  @Test
  void aFileThatWasReadIsMovedWithItsPath() throws Exception {
    Path file = write("day=1/a.csv", "id\n1\n", Duration.ofHours(1));
    FileTime time = Files.getLastModifiedTime(file);
    assertEquals(
        Optional.empty(), dispose(AfterRead.moveTo(dir.resolve("archive").toString()), file));
    Path there = dir.resolve("archive/day=1/a.csv");
    assertEquals("id\n1\n", Files.readString(there));
    assertEquals(time, Files.getLastModifiedTime(there));
    assertFalse(Files.exists(file));
  }

  @Test
  void nothingIsWrittenOver() throws Exception {
    AfterRead archive = AfterRead.moveTo(dir.resolve("archive").toString());
    Files.createDirectory(dir.resolve("archive"));
    Path there = Files.writeString(dir.resolve("archive/a.csv"), "id\n9\n");
    Path file = write("a.csv", "id\n1\n", Duration.ofHours(1));
    assertEquals(
        Optional.of(file + " stays where it is: " + there + " is there already"),
        dispose(archive, file));
    assertEquals("id\n9\n", Files.readString(there));
    assertTrue(Files.exists(file));
    // The copy of a move that was cut off before it deleted the file.
    Files.writeString(there, "id\n1\n");
    assertEquals(Optional.empty(), dispose(archive, file));
    assertFalse(Files.exists(file));
  }

  @Test
  void aFileThatHasChangedSinceItWasReadStays() throws Exception {
    Path file = write("a.csv", "id\n1\n", Duration.ofHours(1));
    Slice.FileSlice read = new Slice.FileSlice("reports", "in/a.csv", 5, 1000);
    SourceSpec source = source(ChangedFiles.IGNORE, FileRules.FOREVER, AfterRead.DELETE);
    assertEquals(
        Optional.of(file + " stays where it is: it has changed since it was read"),
        Disposal.of(Storage.PLAIN, source).orElseThrow().dispose(read));
    assertTrue(Files.exists(file));
  }

  @Test
  void aFolderThatCannotBeMadeIsTold() throws Exception {
    Files.writeString(dir.resolve("archive"), "a file");
    Path file = write("a.csv", "id\n1\n", Duration.ofHours(1));
    String why = dispose(AfterRead.moveTo(dir.resolve("archive").toString()), file).orElseThrow();
    assertTrue(why.startsWith(file + " stays where it is: "), why);
    assertTrue(Files.exists(file));
  }

  @Test
  void anEpochTakesSoManyFilesAndLeavesTheRest() throws Exception {
    write("a.csv", "id\n1\n", Duration.ofHours(3));
    write("empty.csv", "", Duration.ofHours(2));
    write("b.csv", "id\n1\n", Duration.ofHours(1));
    FolderDiscovery discovery = discovery(ChangedFiles.IGNORE);
    Discovery first = discovery.discover(START, 1000, 1);
    assertEquals(List.of("in/a.csv"), paths(first));
    assertTrue(first.more());
    Discovery second = discovery.discover((SeenFiles) first.position(), 1000, 1);
    assertEquals(List.of("in/b.csv"), paths(second));
    assertFalse(second.more());
  }

  /** The name of one that went is no more than a name. */
  @Test
  void twoFilesOfOnePathInDifferentTimesAreTwoFiles() throws Exception {
    SourceSpec source = source(ChangedFiles.READ_AGAIN, FileRules.FOREVER, AfterRead.DELETE);
    FolderDiscovery discovery = discovery(source);
    Path file = write("a.csv", "id\n1\n2\n", Duration.ofDays(1));
    Discovery first = discovery.discover(START, 1000);
    first
        .slices()
        .forEach(
            slice ->
                Disposal.of(Storage.PLAIN, source)
                    .orElseThrow()
                    .dispose(slice.ofFile().orElseThrow()));
    assertFalse(Files.exists(file));
    write("a.csv", "id\n3\n", Duration.ofHours(1));
    Discovery second = discovery.discover(first.position(), 1000);
    assertEquals(List.of("in/a.csv"), paths(second));
    assertEquals(List.of(), second.warnings());
    assertEquals(2, ((SeenFiles) second.position()).files().size());
  }

  /** As it is when it is read: by names, and with each record that does not fit in quarantine. */
  @Test
  void aFileThatIsReplacedByOneOfOtherColumnsIsReadByName() throws Exception {
    write("a.csv", "id\n1\n", Duration.ofHours(2));
    SourceSpec source = source(ChangedFiles.READ_AGAIN, FileRules.FOREVER, AfterRead.KEEP);
    FolderDiscovery discovery = discovery(source);
    Discovery first = discovery.discover(START, 1000);
    SourceReader reader = SourceReader.of(Storage.PLAIN, source, s -> s.reference(), () -> false);

    write("a.csv", "name,id\nx,7\n", Duration.ofHours(1));
    Collected planned = new Collected(source);
    reader.read(first.slices().get(0), Sources.PLANNED_AT, planned);
    assertEquals(
        List.of(folder + "/a.csv changed after it was planned; it is read as it is now"),
        planned.warnings);
    assertEquals(List.of(7), planned.column("id"));
    assertEquals(List.of("{\"name\":\"x\"}"), planned.column("_rescued"));

    write("a.csv", "name\nx\n", Duration.ofMinutes(1));
    Collected again = new Collected(source);
    Discovery second = discovery.discover(first.position(), 1000);
    reader.read(second.slices().get(0), Sources.PLANNED_AT, again);
    assertEquals(List.of(), again.rows);
    assertEquals(List.of("name", "x"), again.rawTexts());
  }
}
