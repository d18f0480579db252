package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.deploy.ProjectJar;
import io.lakebeam.source.file.ReferenceTable;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.StorageSpec;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.project.ProjectAddress;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.ProjectJars;
import io.lakebeam.testing.TestingPipeline;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeployedProjectTest {
  private static final String PIPELINE =
      """
      pipeline: p
      lake: abfss://l@a.dfs.core.windows.net/p
      storage: {azure: {a: {account_key: "${STORAGE_KEY}"}}}
      sources:
        orders: {files: "s3a://landing/*.csv", format: csv, schema: "id BIGINT, shop STRING"}
        shops: {reference: "shops/*.csv", format: csv, schema: "shop STRING, city STRING"}
        cities: {reference: "s3a://cities", format: csv, schema: "city STRING"}
      datasets:
        bronze: {streaming_table: {from: orders}}
      """;

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  @TempDir Path dir;

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(before);
  }

  private static SourceSpec.Files files(PipelineSpec spec, String source) {
    return (SourceSpec.Files) source(spec, source).connection();
  }

  private static SourceSpec source(PipelineSpec spec, String name) {
    return spec.sources().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void executorsReadNothingOfTheDriversFolder() throws Exception {
    Path root = dir.resolve("project");
    new TestingPipeline(root).yaml(PIPELINE).file("shops/one.csv", "shop,city\na,rome\n");
    PipelineLocation here = PipelineLocation.find("p", root, root);
    ProjectJar jar = ProjectJars.write(here, name -> null, dir.resolve("p-project.jar"));
    URL[] urls = {jar.file().toUri().toURL()};
    Thread.currentThread().setContextClassLoader(new URLClassLoader(urls, before));
    Path unpacked;
    try (DeployedProject project =
        DeployedProject.of(new String[] {"run", jar.pipelineFile(), "--set", "a=b"})) {
      unpacked = project.root().orElseThrow();
      String file = project.arguments()[1];
      assertEquals(unpacked.resolve("pipelines/p/pipeline.yaml").toString(), file);
      PipelineSpec declared =
          new PipelineReader()
              .read(PipelineLocation.of(Path.of(file), unpacked), Map.of(), name -> null);
      PipelineSpec there = project.onDatabricks(declared);
      String address = ProjectAddress.of(jar.pipelineFile()).orElseThrow().uri();
      assertEquals(new SourceSpec.Files(address + "/shops/*.csv", address), files(there, "shops"));
      for (String elsewhere : new String[] {"orders", "cities"}) {
        assertEquals(files(declared, elsewhere), files(there, elsewhere));
      }
      assertEquals(StorageSpec.NONE, there.storage());
      assertEquals(
          ReferenceTable.load(Storage.PLAIN, source(declared, "shops")),
          ReferenceTable.load(Storage.PLAIN, source(there, "shops")));
      assertTrue(Files.exists(unpacked));
    }
    assertFalse(Files.exists(unpacked));
  }
}
