package io.lakebeam.spec.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.spec.InlineProject;
import io.lakebeam.spec.Trust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineLocationTest {
  @TempDir Path dir;
  private Path shipped;
  private Path mine;

  @BeforeEach
  void projects() {
    shipped = dir.resolve("shipped");
    mine = dir.resolve("mine");
    new InlineProject(dir)
        .file("shipped/pipelines/airlines/pipeline.yaml", InlineProject.GOOD)
        .file("shipped/pipelines/orders/pipeline.yaml", InlineProject.GOOD)
        .file("mine/pipelines/orders/pipeline.yaml", InlineProject.GOOD)
        .file("mine/a/b/note.txt", "")
        .file("mine/flat/pipeline.yaml", InlineProject.GOOD)
        .file("mine/flat/other.yml", InlineProject.GOOD);
  }

  @Test
  void theFileOfThisFolderHasTheNameThatItSays() throws Exception {
    Path here = Files.createDirectories(dir.resolve("coffee"));
    Files.writeString(here.resolve("pipeline.yaml"), "# mine\npipeline: 'orders'  # not ours\n");
    Path shipped = dir.resolve("nowhere");
    assertEquals(here, PipelineLocation.find("orders", here, shipped).root());
    Path below = Files.createDirectories(here.resolve("landing"));
    assertEquals(here, PipelineLocation.find("orders", below, shipped).root());
    assertEquals(Set.of("orders"), new PipelineSearch(below, shipped, Trust.AS_DATA).names());
    PipelineException missing =
        assertThrows(PipelineException.class, () -> PipelineLocation.find("order", here, shipped));
    assertEquals(
        "did you mean orders? the pipelines here are orders", missing.problems().get(0).fix());
    // A folder of pipelines wins over the file beside it.
    Path other = Files.createDirectories(here.resolve("pipelines/orders"));
    Files.writeString(other.resolve("pipeline.yaml"), "pipeline: orders\n");
    assertEquals(
        other.resolve("pipeline.yaml"), PipelineLocation.find("orders", here, shipped).file());
  }

  @Test
  void aNameIsLookedForHereThenAboveThenInTheProject() {
    Path below = mine.resolve("a/b");
    assertEquals(
        new PipelineLocation(mine.resolve("pipelines/orders/pipeline.yaml"), mine, below),
        PipelineLocation.find("orders", below, shipped));
    assertEquals(shipped, PipelineLocation.find("airlines", below, shipped).root());
  }

  @Test
  void aPathIsAFileOrItsFolder() {
    assertEquals(mine, PipelineLocation.find("pipelines/orders", mine, shipped).root());
    assertEquals(
        mine, PipelineLocation.find("../mine/pipelines/orders/pipeline.yaml", shipped, dir).root());
    Path flat = mine.resolve("flat");
    assertEquals(flat, PipelineLocation.find("flat", mine, shipped).root());
    assertEquals(flat, PipelineLocation.find(flat.toString(), mine, shipped).root());
    assertEquals(flat, PipelineLocation.find("flat/other.yml", mine, shipped).root());
    assertEquals(mine, PipelineLocation.find(".", mine.resolve("pipelines/orders"), dir).root());
  }

  @Test
  void filesAreShownAsTheUserWouldTypeThem() {
    PipelineLocation location = PipelineLocation.find("airlines", mine, shipped);
    assertEquals(location.file().toString(), location.shown(location.file()));
    assertEquals("flat/a.sql", location.shown(mine.resolve("flat/../flat/a.sql")));
  }

  @Test
  void whatIsNotThereIsToldWithWhatIs() {
    assertEquals(
        "airline there is no pipeline airline | no pipelines/airline/pipeline.yaml in this folder"
            + " or above it, nor a pipeline.yaml there that says pipeline: airline | did you mean airlines? the pipelines here are airlines, orders",
        told("airline"));
    assertEquals(
        "a/b there is no pipeline a/b | the folder holds no pipeline.yaml, and no .sql file in"
            + " it or below | the pipelines here are"
            + " airlines, orders",
        told("a/b"));
    assertEquals(
        "no/such.yaml there is no pipeline no/such.yaml | there is no such file or folder | the"
            + " pipelines here are airlines, orders",
        told("no/such.yaml"));
    assertEquals(
        " there is no pipeline  | there is no such file or folder | the pipelines here are"
            + " airlines, orders",
        told(""));
  }

  private String told(String argument) {
    return InlineProject.told(
        assertThrows(PipelineException.class, () -> PipelineLocation.find(argument, mine, shipped))
            .problems()
            .get(0));
  }
}
