package io.lakebeam.spec.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.spec.InlineProject;
import io.lakebeam.spec.ProblemReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that a pipeline names lie in its project. */
class ProjectFilesTest {
  private static final String SECRET = "MY_API_TOKEN=ghp_TOPSECRETTOKEN";

  @TempDir Path dir;
  private Path root;

  @BeforeEach
  void aSecretBesideTheProject() throws IOException {
    root = Files.createDirectory(dir.resolve("project"));
    for (String ending : List.of("", ".sql", ".yaml", ".json", ".avsc")) {
      Files.writeString(dir.resolve("secret" + ending), SECRET + "\n: [\n");
    }
    Files.createSymbolicLink(root.resolve("link.sql"), dir.resolve("secret.sql"));
    Files.createSymbolicLink(root.resolve("out"), dir);
    Files.writeString(root.resolve("inside.sql"), "SELECT 1 AS one");
    Files.createSymbolicLink(root.resolve("fine.sql"), Path.of("inside.sql"));
  }

  private InlineProject project(String dataset) {
    return new InlineProject(root)
        .pipeline(
            InlineProject.GOOD + "  other: {" + dataset.replace("DIR", dir.toString()) + "}\n");
  }

  private static String report(InlineProject project, Path working) {
    PipelineException e = Assertions.assertThrows(PipelineException.class, project::read);
    ProblemReport report = new ProblemReport(e.problems(), working);
    return report.text() + report.json();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "materialized_view: link.sql",
        "materialized_view: out/secret.sql",
        "materialized_view: ../secret.sql",
        "materialized_view: DIR/secret.sql",
        "streaming_table: link.sql",
        "streaming_table: {from: events}, expect: ../secret.yaml",
        "streaming_table: {from: events}, expect: DIR/secret",
        "streaming_table: {from: events}, expect: /proc/self/environ",
        "streaming_table: {from: events}, expect: /proc/self/cmdline",
      })
  void othersAreRefusedAndNoLineOfThemIsShown(String dataset) {
    String report = report(project(dataset), root);
    assertTrue(report.contains("lies outside of the project"), report);
    assertTrue(report.contains("add --trust"), report);
    assertFalse(report.contains("TOPSECRET"), report);
    assertFalse(report.contains("PATH="), report);
  }

  @Test
  void linksWithinTheProjectAreFollowed() {
    assertEquals(2, project("materialized_view: fine.sql").read().datasets().size());
  }

  @Test
  void trustLetsThemLieAnywhere() throws IOException {
    Files.writeString(dir.resolve("shared.sql"), "SELECT 1 AS one");
    InlineProject project = project("materialized_view: ../shared.sql").trusted();
    assertEquals(2, project.read().datasets().size());
  }

  @Test
  void aPipelineFileThatIsALinkToAnotherOneIsRefused() throws IOException {
    Path file = Files.createDirectories(root.resolve("pipelines/p")).resolve("pipeline.yaml");
    Files.createSymbolicLink(file, dir.resolve("secret.yaml"));
    String report = report(new InlineProject(root), root);
    assertTrue(report.contains("lies outside of the project"), report);
    assertFalse(report.contains("TOPSECRET"), report);
  }

  @Test
  void whatIsNoFileIsNotOpened() throws Exception {
    Path pipe = root.resolve("pipe.sql");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    assertTrue(report(project("materialized_view: pipe.sql"), root).contains("there is no file"));
    // What does not exist as a file is told, not read to its end.
    PipelineException e =
        Assertions.assertThrows(
            PipelineException.class, () -> PipelineLocation.find("/dev/zero", root, root));
    assertTrue(new ProblemReport(e.problems(), root).text().contains("there is no pipeline"));
  }
}
