package io.lakebeam.spec.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.InlineProject;
import io.lakebeam.spec.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipelines that are found by their name lie where nobody else can change them. */
class PipelineSearchTest {
  private static final long NOBODY = 54_321;

  @TempDir Path dir;
  private Path shared;
  private Path working;
  private Path lakebeam;
  private long me;

  @BeforeEach
  void aPipelineAboveMine() throws IOException {
    shared = dir.resolve("shared");
    working = shared.resolve("home/me/work");
    lakebeam = dir.resolve("lakebeam");
    new InlineProject(dir)
        .file("shared/pipelines/planted/pipeline.yaml", InlineProject.GOOD)
        .file("lakebeam/pipelines/airlines/pipeline.yaml", InlineProject.GOOD)
        .file("shared/home/me/work/note", "");
    me = (Integer) Files.getAttribute(working, "unix:uid");
    for (String path : List.of("", "pipelines", "pipelines/planted")) {
      mode(shared.resolve(path), "rwxr-xr-x");
    }
    mode(shared.resolve("pipelines/planted/pipeline.yaml"), "rwxr-xr-x");
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private PipelineSearch search(Trust trust, long caller) {
    return new PipelineSearch(
        working, lakebeam, trust, dir.resolve("nobodys-home"), new Ownership(caller, NOBODY));
  }

  private static Problem refused(PipelineSearch search) {
    return assertThrows(PipelineException.class, () -> search.find("planted")).problems().get(0);
  }

  @Test
  void aParentFolderOfOnesOwnIsTaken() {
    assertEquals(shared, search(Trust.AS_DATA, me).find("planted").root());
    assertTrue(search(Trust.AS_DATA, me).find("planted").isElsewhere());
    assertEquals(Set.of("planted", "airlines"), search(Trust.AS_DATA, me).names());
  }

  @Test
  void oneOfAnotherUserIsNot() {
    PipelineSearch search = search(Trust.AS_DATA, me + 1);
    Problem problem = refused(search);
    assertEquals("the pipeline planted lies where others can change it", problem.problem());
    assertTrue(problem.cause().contains("belongs to another user"), problem.cause());
    assertTrue(problem.fix().contains(shared + "/pipelines/planted/pipeline.yaml"), problem.fix());
    assertEquals(Set.of("airlines"), search.names());
    assertEquals(1, search.leftOut().size());
    // Whoever could change Lakebeam's own folder could change the program.
    assertEquals(lakebeam, search.find("airlines").root());
    // A path is the word of whoever types it, and so is --trust.
    assertEquals(shared, search.find(shared + "/pipelines/planted").root());
    assertEquals(shared, search(Trust.AS_CODE, me + 1).find("planted").root());
  }

  @Test
  void whatTheAdministratorOwnsIsTaken() {
    Ownership ownership = new Ownership(me + 1, me);
    assertEquals(
        shared,
        new PipelineSearch(working, lakebeam, Trust.AS_DATA, dir.resolve("h"), ownership)
            .find("planted")
            .root());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "pipelines", "pipelines/planted", "pipelines/planted/pipeline.yaml"})
  void nothingOnTheWayIsWritableByOthers(String path) throws IOException {
    mode(shared.resolve(path), "rwxr-xrwx");
    assertEquals(
        "every user of this machine can write to " + shared.resolve(path),
        refused(search(Trust.AS_DATA, me)).cause());
    mode(shared.resolve(path), "rwxr-xr-x");
    assertEquals(shared, search(Trust.AS_DATA, me).find("planted").root());
  }

  @Test
  void theSearchEndsAtHomeAndAtTheRootOfACheckout() throws IOException {
    PipelineSearch home =
        new PipelineSearch(
            working, lakebeam, Trust.AS_DATA, working.getParent(), new Ownership(me, NOBODY));
    assertTrue(refused(home).problem().startsWith("there is no pipeline"));
    Files.createDirectory(working.getParent().resolve(".git"));
    assertTrue(refused(search(Trust.AS_DATA, me)).problem().startsWith("there is no pipeline"));
  }
}
