package io.lakebeam.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.testing.DltCorpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A converted file declares what the file declares. */
class PipelineConversionTest {
  @TempDir Path dir;

  static Stream<String> files() {
    return DltCorpus.names().stream().filter(name -> DltCorpus.expected(name).refused().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("files")
  void bothMeanTheSame(String name) throws IOException {
    DltCorpus.copy(List.of(name), dir);
    UnaryOperator<String> environment =
        Map.of("landing", dir.resolve("landing").toString(), "schema", "shop")::get;
    PipelineLocation sql = PipelineLocation.ofSql(dir.resolve("corpus/" + name + ".sql"), dir);
    Path to = dir.resolve("converted");
    PipelineReader reader = new PipelineReader();
    PipelineSpec settled =
        PipelineCompiler.settled(reader.draft(sql, Map.of(), environment)).orElseThrow();
    write(PipelineConversion.of(sql, sql.sqlFiles(), to, Trust.AS_DATA, tables(settled)), to);
    PipelineLocation yaml = PipelineLocation.of(to.resolve("pipeline.yaml"), dir);
    List<String> expected = declared(settled);
    assertEquals(expected, declared(reader.read(yaml, Map.of(), environment)));
    assertFalse(expected.isEmpty());
  }

  private static Set<SourceLocation> tables(PipelineSpec settled) {
    return settled.datasets().stream()
        .filter(dataset -> dataset.definition() instanceof DatasetSpec.StreamingTable)
        .map(DatasetSpec::at)
        .collect(Collectors.toSet());
  }

  private static void write(PipelineConversion conversion, Path to) throws IOException {
    for (Map.Entry<String, String> file : conversion.files().entrySet()) {
      Path path = to.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  private static List<String> declared(PipelineSpec spec) {
    List<String> all = new ArrayList<>();
    for (SourceSpec source : spec.sources()) {
      String pattern = ((SourceSpec.Files) source.connection()).pattern();
      all.add(
          String.join(
              " ",
              source.name(),
              pattern,
              source.format().toString(),
              source.schema().ddl(),
              String.valueOf(source.reference())));
    }
    for (DatasetSpec dataset : spec.datasets()) {
      all.add(
          String.join(
              " ",
              dataset.name(),
              dataset.folder(),
              dataset.layer().toString(),
              dataset.comment(),
              dataset.partitionBy().toString(),
              definition(dataset.definition()).toString()));
      for (Expectation rule : dataset.expectations()) {
        all.add(rule.name() + rule.onViolation() + rule.nullPasses() + oneLine(rule.condition()));
      }
    }
    return all;
  }

  private static List<String> definition(DatasetSpec.Definition definition) {
    if (definition instanceof DatasetSpec.MaterializedView view) {
      return List.of("materialized", oneLine(view.query().sql()));
    }
    if (definition instanceof DatasetSpec.View view) {
      return List.of("view", oneLine(view.query().sql()));
    }
    if (definition instanceof DatasetSpec.UpsertTable table) {
      UpsertSpec upsert = table.upsert();
      return List.of(
          table.changes(),
          upsert.keys().toString(),
          upsert.sequenceBy().stream().map(each -> oneLine(each.sql())).toList().toString(),
          upsert.deleteWhen().map(rule -> oneLine(rule.condition())).orElse(""),
          upsert.ignoreNulls().toString(),
          upsert.columns().toString(),
          upsert.history().toString());
    }
    List<String> flows = new ArrayList<>();
    for (DatasetSpec.FlowSpec flow : ((DatasetSpec.StreamingTable) definition).flows()) {
      flows.add(
          flow instanceof DatasetSpec.QueryFlow query
              ? oneLine(query.query().sql())
              : ((DatasetSpec.CopyFlow) flow).from());
    }
    return flows;
  }

  private static String oneLine(String sql) {
    return sql.replaceAll("\\s+", " ").replace("( ", "(").replace(" )", ")").strip();
  }

  /** Below pipelines/ paths start at the folder that holds it. */
  @Test
  void belowPipelinesItIsFoundByItsName() throws IOException {
    DltCorpus.copy(List.of("01_bronze_silver_gold"), dir);
    PipelineLocation sql =
        PipelineLocation.ofSql(dir.resolve("corpus/01_bronze_silver_gold.sql"), dir);
    Path to = dir.resolve("pipelines/shop");
    write(PipelineConversion.of(sql, sql.sqlFiles(), to, Trust.AS_DATA, Set.of()), to);
    PipelineLocation found = PipelineLocation.find("shop", dir, dir);
    UnaryOperator<String> environment = Map.of("landing", dir.toString())::get;
    assertEquals(
        declared(new PipelineReader().read(sql, Map.of(), environment)),
        declared(new PipelineReader().read(found, Map.of(), environment)));
  }

  @Test
  void aRelativePathIsToldFromTheNewFolder() throws IOException {
    Path file = dir.resolve("sql/a.sql");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "SET least.of = 3;\n"
            + "CREATE STREAMING TABLE a AS SELECT id FROM STREAM read_files('in/*.json', format =>"
            + " 'json', schema => 'id INT') WHERE id > ${least.of}");
    PipelineConversion conversion =
        PipelineConversion.of(
            PipelineLocation.ofSql(file, dir),
            List.of(file),
            dir.resolve("new/p"),
            Trust.AS_DATA,
            Set.of());
    String yaml = conversion.files().get("pipeline.yaml");
    assertTrue(yaml.contains("files: ../../sql/in/*.json\n"), yaml);
    assertTrue(yaml.contains("parameters:\n  least_of: '3'\n"), yaml);
    assertEquals(
        "SELECT id FROM a_files WHERE id > ${least_of}\n",
        conversion.files().get("transforms/a.sql"));
  }
}
