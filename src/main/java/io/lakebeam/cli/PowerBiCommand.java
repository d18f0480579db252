package io.lakebeam.cli;

import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.graph.DataflowGraph;
import io.lakebeam.graph.DataflowGraph.Dataset;
import io.lakebeam.graph.NearestName;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.powerbi.ModelSource;
import io.lakebeam.powerbi.PowerBiProject;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.MirrorSpec;
import io.lakebeam.spec.secret.Secrets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a Power BI project over a pipeline's gold. */
@Command(
    name = "powerbi",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a Power BI project over a pipeline's gold: a semantic model with its tables and"
          + " measures, and a report. It reads no data and talks to nobody, and writes no secret:"
          + " Power BI asks who you are.",
      "Measures and pages of your own stand in power_bi.yaml beside the pipeline file.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam powerbi airlines",
      "  lakebeam powerbi airlines --parameter Server=db.example.com:5432 --parameter Database=gold",
      "  lakebeam powerbi airlines --source databricks --to reports/airlines",
      "  lakebeam powerbi airlines --import        a copy of the Delta tables, refreshed by a plan"
    })
final class PowerBiCommand implements Callable<Integer> {
  private static final String GOLD = "gold";
  private static final Pattern ABFS =
      Pattern.compile("abfss?://(?<container>[^@/]+)@(?<host>[^/]+)(?<path>/.*)?");

  private final Console console;

  @Mixin private PipelineArgument pipeline;

  @ArgGroup(exclusive = true)
  private @Nullable Mode mode;

  /** Whether Power BI asks or copies. */
  private static final class Mode {
    @Option(
        names = "--direct-query",
        description = "Ask the source each time a page is shown, and every minute. The default.")
    private boolean directQuery;

    @Option(
        names = "--import",
        description =
            "Copy the rows at each refresh; of the Delta tables unless --source says else.")
    private boolean copies;
  }

  @Option(
      names = "--source",
      paramLabel = "SOURCE",
      description = "postgresql, databricks or delta. Default: postgresql; with --import delta.")
  private @Nullable ModelSource source;

  @Option(
      names = "--parameter",
      paramLabel = "NAME=VALUE",
      description = {
        "Value of a parameter of the source; may be repeated. postgresql: Server, Database,"
            + " SchemaName. databricks: Server, HttpPath, CatalogName, SchemaName. delta: Lake."
      })
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Option(
      names = "--table",
      paramLabel = "DATASET",
      description = "A dataset of another layer as well; may be repeated.")
  private List<String> tables = new ArrayList<>();

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Where the project is written. Default: target/power-bi/PIPELINE.")
  private @Nullable String to;

  @Option(
      names = "--force",
      description = "Write over files that others have changed, or that were there.")
  private boolean force;

  PowerBiCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    boolean isImport = mode == null ? source == ModelSource.DELTA : mode.copies;
    ModelSource from =
        source != null ? source : isImport ? ModelSource.DELTA : ModelSource.POSTGRESQL;
    if (!isImport && !from.answersQueries()) {
      throw new UsageException(
          "--direct-query: Power BI reads Delta tables by import only; leave it out, or name"
              + " --source postgresql or databricks");
    }
    checkParameters(from);
    PipelineArgument.WithPowerBi read = pipeline.withPowerBi(console);
    CompiledPipeline compiled = read.pipeline();
    PowerBiProject project =
        PowerBiProject.of(
            compiled.name(),
            datasets(compiled.graph()),
            name -> folder(compiled, name),
            read.powerBi(),
            from,
            isImport,
            values(from, compiled));
    Path folder = console.resolve(to == null ? "target/power-bi/" + compiled.name() : to);
    project.writeTo(folder, force);
    console.line(folder.resolve(compiled.name() + ".pbip").toString());
    project.notes().forEach(console::say);
    console.say(
        "wrote "
            + Amounts.of(project.files().size(), "file")
            + "; next: open it in Power BI Desktop");
    return ExitCode.DONE;
  }

  private void checkParameters(ModelSource from) {
    for (String name : parameters.keySet()) {
      if (Secrets.isNamedAsOne(name)) {
        throw new UsageException(
            "--parameter "
                + name
                + ": by its name it is a secret, and whoever has the project can read it; Power BI"
                + " asks for credentials and keeps them itself");
      }
      if (!from.parameters().contains(name)) {
        throw new UsageException(
            "--parameter "
                + name
                + ": the source has no such parameter; "
                + NearestName.question(name, from.parameters())
                + "it has "
                + String.join(", ", from.parameters()));
      }
    }
  }

  private List<Dataset> datasets(DataflowGraph graph) {
    Set<String> known = new LinkedHashSet<>();
    graph.datasets().forEach(dataset -> known.add(dataset.name()));
    for (String table : tables) {
      if (!known.contains(table)) {
        throw new UsageException(
            "--table "
                + table
                + ": the pipeline stores no such dataset; "
                + NearestName.question(table, known)
                + "there are "
                + String.join(", ", known));
      }
    }
    List<Dataset> chosen =
        graph.datasets().stream()
            .filter(dataset -> dataset.layer().equals(GOLD) || tables.contains(dataset.name()))
            .toList();
    if (chosen.isEmpty()) {
      throw new UsageException(
          "no dataset of "
              + graph.pipeline()
              + " is of the layer gold; write layer: gold at those that reports are to show, or"
              + " name them with --table");
    }
    return chosen;
  }

  private static String folder(CompiledPipeline compiled, String name) {
    return compiled.spec().datasets().stream()
        .filter(dataset -> dataset.name().equals(name))
        .map(DatasetSpec::folder)
        .filter(folder -> !folder.isEmpty())
        .map(folder -> folder + "/" + name)
        .findFirst()
        .orElse(name);
  }

  /**
   * Where rows are, as far as the pipeline says: of the one database that mirrors it, or of a lake
   * in Azure, which is known to Power BI by another address.
   */
  private Map<String, String> values(ModelSource from, CompiledPipeline compiled) {
    Map<String, String> values = new LinkedHashMap<>();
    Matcher lake = ABFS.matcher(compiled.spec().lake());
    if (from == ModelSource.DELTA && lake.matches()) {
      String path = lake.group("path") == null ? "" : lake.group("path");
      values.put(
          "Lake",
          "https://"
              + lake.group("host")
              + "/"
              + lake.group("container")
              + path.replaceFirst("/+$", ""));
    }
    if (from == ModelSource.POSTGRESQL && compiled.spec().mirrors().size() == 1) {
      MirrorSpec mirror = compiled.spec().mirrors().get(0);
      mirror.hosts().ifPresent(hosts -> values.put("Server", hosts));
      mirror.database().ifPresent(database -> values.put("Database", database));
      values.put("SchemaName", mirror.schema());
    }
    values.putAll(parameters);
    return values;
  }
}
