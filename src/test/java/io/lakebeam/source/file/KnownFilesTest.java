package io.lakebeam.source.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.source.file.KnownFiles.Answer;
import io.lakebeam.spec.SourceSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether a file of a listing was planned before, wherever the project stands. */
class KnownFilesTest {
  private static final SourceSpec.Files HERE = new SourceSpec.Files("/new/in/*.csv", "/new");
  private static final FileIdentity FILE = new FileIdentity("in/a.csv", 10, 1000);

  private static Answer ask(FileIdentity seen, FileIdentity file) {
    return new KnownFiles(HERE, List.of(seen), List.of(file)).ask(file);
  }

  @Test
  void namesAreFromTheProjectWhereFilesLieInIt() {
    assertEquals("in/a.csv", HERE.name("/new/in/a.csv"));
    assertEquals("/newer/in/a.csv", HERE.name("/newer/in/a.csv"));
    assertEquals("s3a://new/in/a.csv", HERE.name("s3a://new/in/a.csv"));
    assertEquals("/new/ab:/b", HERE.name("/new/ab:/b"), "a name that would look like a URI");
    for (String path :
        List.of("/new/in/a.csv", "/other/a.csv", "abfss://c@d/a.csv", "/new/ab:/b")) {
      assertEquals(path, HERE.path(HERE.name(path)));
    }
  }

  @Test
  void aFileIsKnownByNameLengthAndTime() {
    assertEquals(new Answer.Planned(), ask(FILE, FILE));
    assertEquals(new Answer.New(), ask(FILE, new FileIdentity("in/b.csv", 10, 1000)));
    assertEquals(new Answer.New(), ask(FILE, new FileIdentity("in2/a.csv", 10, 1000)));
    assertEquals(new Answer.OtherTime(), ask(FILE, new FileIdentity("in/a.csv", 10, 2000)));
    assertEquals(new Answer.Overwritten(FILE), ask(FILE, new FileIdentity("in/a.csv", 11, 1000)));
  }

  @Test
  void wholePathsOfEarlierVersionsAreTheSameFilesHereAndAfterAMove() {
    assertEquals(new Answer.Planned(), ask(new FileIdentity("/new/in/a.csv", 10, 1000), FILE));
    assertEquals(new Answer.Planned(), ask(new FileIdentity("/old/p/in/a.csv", 10, 1000), FILE));
    assertEquals(new Answer.New(), ask(new FileIdentity("/old/p/in/a.csv", 10, 1001), FILE));
    assertEquals(new Answer.New(), ask(new FileIdentity("/old/p/in/a.csv", 11, 1000), FILE));
    assertEquals(new Answer.New(), ask(new FileIdentity("/old/in/aa.csv", 10, 1000), FILE));
  }

  /** And is named by another path or URI from then on. */
  @Test
  void aLandingFolderOutsideOfTheProjectMayMove() {
    SourceSpec.Files moved = new SourceSpec.Files("/mnt/landing/**", "/project");
    FileIdentity now = new FileIdentity("/mnt/landing/day=1/a.csv", 10, 1000);
    assertEquals(
        new Answer.Planned(), ask(moved, new FileIdentity("/data/in/day=1/a.csv", 10, 1000), now));
    assertEquals(
        new Answer.Planned(),
        ask(moved, new FileIdentity("abfss://c@d/in/day=1/a.csv", 10, 1000), now));
    for (FileIdentity other :
        List.of(
            new FileIdentity("/data/in/day=2/a.csv", 10, 1000),
            new FileIdentity("/data/in/day=1/a.csv", 10, 1001),
            new FileIdentity("/data/in/day=1/a.csv", 11, 1000),
            new FileIdentity("/mnt/landing/old/day=1/a.csv", 10, 1000))) {
      assertEquals(new Answer.New(), ask(moved, other, now), other.toString());
    }
  }

  @Test
  void aLandingFolderOfTheProjectMayMove() {
    SourceSpec.Files moved = new SourceSpec.Files("/new/incoming/**", "/new");
    FileIdentity now = new FileIdentity("incoming/day=1/a.csv", 10, 1000);
    for (String before :
        List.of("landing/day=1/a.csv", "in/coming/day=1/a.csv", "/data/in/day=1/a.csv")) {
      FileIdentity seen = new FileIdentity(before, 10, 1000);
      assertEquals(new Answer.Planned(), ask(moved, seen, now), before);
    }
    for (FileIdentity other :
        List.of(
            new FileIdentity("landing/day=2/a.csv", 10, 1000),
            new FileIdentity("landing/a.csv", 10, 1000),
            new FileIdentity("landing/day=1/a.csv", 10, 1001),
            new FileIdentity("landing/day=1/a.csv", 11, 1000),
            new FileIdentity("incoming/old/day=1/a.csv", 10, 1000))) {
      assertEquals(new Answer.New(), ask(moved, other, now), other.toString());
    }
  }

  @Test
  void aLandingFolderMayMoveOutOfTheProject() {
    SourceSpec.Files moved = new SourceSpec.Files("s3a://bucket/in/*.csv", "/new");
    assertEquals(
        new Answer.Planned(),
        ask(moved, FILE, new FileIdentity("s3a://bucket/in/a.csv", 10, 1000)));
  }

  private static Answer ask(SourceSpec.Files files, FileIdentity seen, FileIdentity file) {
    return new KnownFiles(files, List.of(seen), List.of(file)).ask(file);
  }
}
