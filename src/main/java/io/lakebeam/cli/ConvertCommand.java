package io.lakebeam.cli;

import io.lakebeam.cli.argument.SqlFiles;
import io.lakebeam.cli.argument.TrustOption;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.PipelineConversion;
import io.lakebeam.spec.PipelineDraft;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.project.PipelineLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes SQL files of Delta Live Tables as a pipeline file. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes SQL files of Delta Live Tables as a pipeline.yaml and a .sql file for each query. Both"
          + " give the same tables. A file that is there already is never written over.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam convert shop.sql --to shop",
      "  lakebeam convert transforms --to pipelines/shop",
      "  lakebeam validate shop"
    })
final class ConvertCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "A .sql file, several of one folder, or a folder of them.")
  private List<String> sources;

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      required = true,
      description = "Where the pipeline.yaml and its transforms/ are written.")
  private String to;

  @Mixin private TrustOption trust;

  ConvertCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    PipelineLocation location = SqlFiles.locate(sources.get(0), trust.trust(), console);
    Set<Path> sqlFiles = new LinkedHashSet<>();
    for (String source : sources) {
      PipelineLocation each = SqlFiles.locate(source, trust.trust(), console);
      if (!each.root().equals(location.root())) {
        throw new UsageException(
            source
                + " does not lie in the folder of "
                + sources.get(0)
                + "; name a folder of both");
      }
      sqlFiles.addAll(each.sqlFiles());
    }
    Path folder = console.resolve(to);
    List<DatasetSpec> tables = tables(location, List.copyOf(sqlFiles));
    PipelineConversion conversion =
        PipelineConversion.of(
            location,
            List.copyOf(sqlFiles),
            folder,
            trust.trust(),
            tables.stream().map(DatasetSpec::at).collect(Collectors.toSet()));
    Map<String, String> files = new TreeMap<>(conversion.files());
    refuseOthers(folder, files);
    files.forEach((name, text) -> write(folder.resolve(name), text));
    Stream.concat(
            conversion.notes().stream(), tables.stream().flatMap(table -> table.note().stream()))
        .forEach(note -> console.say(SqlFiles.noteLine(note)));
    files.keySet().forEach(name -> console.line(Path.of(to).resolve(name).toString()));
    return ExitCode.DONE;
  }

  /** What is a streaming table, also of what is called a view. */
  private List<DatasetSpec> tables(PipelineLocation location, List<Path> sqlFiles) {
    PipelineDraft draft =
        new PipelineReader(trust.trust())
            .draftOf(location, sqlFiles, Map.of(), SqlFiles.orItsName(console));
    return PipelineCompiler.settled(draft).stream()
        .flatMap(spec -> spec.datasets().stream())
        .filter(dataset -> dataset.definition() instanceof DatasetSpec.StreamingTable)
        .toList();
  }

  /** What somebody else has written stays. */
  private static void refuseOthers(Path folder, Map<String, String> files) {
    List<Problem> problems = new ArrayList<>();
    files.forEach(
        (name, text) -> {
          Path file = folder.resolve(name);
          if (Files.exists(file) && !isSame(file, text)) {
            problems.add(
                new Problem(
                    SourceLocation.of(file.toString()),
                    "the file is there already",
                    "what is in it would be lost",
                    "name another folder with --to, or move the file away"));
          }
        });
    if (!problems.isEmpty()) {
      throw new PipelineException(problems);
    }
  }

  private static boolean isSame(Path file, String text) {
    try {
      return Files.isRegularFile(file) && Files.readString(file).equals(text);
    } catch (IOException e) {
      return false; // what cannot be read as text is no file of ours
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }
}
