package io.lakebeam.cli;

import io.lakebeam.cli.argument.Profiles;
import io.lakebeam.cli.argument.TrustOption;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.deploy.Bundle;
import io.lakebeam.deploy.Deployment;
import io.lakebeam.deploy.DeploymentPlan;
import io.lakebeam.deploy.ExternalTables;
import io.lakebeam.deploy.Pause;
import io.lakebeam.deploy.Readiness;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.profile.DatabricksProfile;
import io.lakebeam.spec.profile.DatabricksProfile.Continuous;
import io.lakebeam.spec.profile.DatabricksProfile.Tables;
import io.lakebeam.spec.secret.Secrets;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts a pipeline into a Databricks workspace. */
@Command(
    name = "deploy",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes a pipeline a job of a Databricks workspace. Without --submit it writes a Databricks"
          + " Asset Bundle, a folder that 'databricks bundle deploy' takes, and talks to nobody."
          + " With it, it uploads the pipeline's files and the jar and creates the job, or changes"
          + " the one it has created before.",
      "Secrets of the job are references to secret scopes; their values are never read here.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam deploy airlines",
      "  lakebeam deploy airlines --self-test",
      "  lakebeam deploy airlines --profile runners/databricks.yaml --submit --run",
      "  lakebeam deploy airlines --print-sql",
      "  lakebeam deploy airlines --register"
    })
final class DeployCommand implements Callable<Integer> {
  private static final String JAR = "target/lakebeam-spark.jar";

  private final Console console;
  private final Pause pause;

  @Parameters(
      paramLabel = "PIPELINE",
      description = "As for run: a name, or the path of a pipeline file or its folder.")
  private String pipeline;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "Value of a parameter, for every run of the job; may be repeated. No secrets.")
  private Map<String, String> set = new LinkedHashMap<>();

  @Mixin private TrustOption trust;

  @Option(
      names = "--profile",
      paramLabel = "FILE",
      description = "The workspace and the job. Default: ${DEFAULT-VALUE}.")
  private String profileFile = "runners/databricks.yaml";

  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      description = "Where the bundle is written. Default: target/bundle/PIPELINE.")
  private String bundle;

  @Option(
      names = "--jar",
      paramLabel = "FILE",
      description = "Lakebeam for Spark. Default: target/lakebeam-spark.jar of Lakebeam's folder.")
  private String jar;

  @Option(names = "--submit", description = "Upload, and create or change the job.")
  private boolean submit;

  @Option(
      names = "--run",
      description = "After --submit: start a run, wait for its end, fail when it fails.")
  private boolean run;

  @Option(
      names = "--print-sql",
      description = "Print the statements that make tables known to Unity Catalog; nothing else.")
  private boolean printSql;

  @Option(
      names = "--register",
      description =
          "Run these statements on the profile's SQL warehouse, after a --run if there is one.")
  private boolean register;

  @Option(
      names = "--self-test",
      description = {
        "Upload as --submit does, and try everything on a cluster as the job would get it:"
            + " 'lakebeam self-test' as a run of its own. Makes no job."
      })
  private boolean selfTest;

  DeployCommand(Console console, Pause pause) {
    this.console = console;
    this.pause = pause;
  }

  @Override
  public Integer call() {
    checkOptions();
    DatabricksProfile profile =
        DatabricksProfile.read(
            Profiles.find(profileFile, console),
            console.workingDirectory(),
            console.environment(),
            trust.trust());
    if (run && profile.trigger() instanceof Continuous) {
      throw new UsageException("--run: the job is continuous, so Databricks starts it by itself");
    }
    JobPipeline read = JobPipeline.read(pipeline, set, profile, trust.trust(), console);
    PipelineSpec spec = read.spec();
    boolean onlyRegisters = printSql || (register && !submit && bundle == null);
    if (onlyRegisters) {
      Readiness.checkTables(spec, profile);
    } else {
      Readiness.check(spec, profile);
    }
    if (printSql) {
      statements(spec, tables(profile)).forEach(statement -> console.line(statement + ";"));
      return ExitCode.DONE;
    }
    DeploymentPlan plan =
        new DeploymentPlan(
            profile,
            spec.name(),
            read.files(),
            onlyRegisters ? List.of() : jars(),
            set,
            spec.trust());
    if (selfTest) {
      new Deployment(plan, console.environment(), pause, console::line).selfTest();
      return ExitCode.DONE;
    }
    if (bundle != null || (!submit && !register)) {
      writeBundle(plan);
    }
    Deployment deployment = new Deployment(plan, console.environment(), pause, console::line);
    if (submit) {
      long job = deployment.submit();
      if (run) {
        deployment.run(job);
      }
    }
    if (register) {
      deployment.execute(statements(spec, tables(profile)), warehouse(profile));
    }
    return ExitCode.DONE;
  }

  private void checkOptions() {
    if (selfTest && (submit || run || printSql || register || bundle != null)) {
      throw new UsageException("--self-test does nothing else: give it alone");
    }
    if (run && !submit) {
      throw new UsageException("--run starts what --submit has put there: give both");
    }
    for (String name : set.keySet()) {
      if (Secrets.isNamedAsOne(name)) {
        throw new UsageException(
            "--set "
                + name
                + ": by its name it is a secret, and everybody who sees the job can read its"
                + " parameters; a secret stands in a variable that the profile names under secrets");
      }
    }
    if (printSql && (submit || register || bundle != null)) {
      throw new UsageException("--print-sql does nothing else: give it alone");
    }
  }

  private void writeBundle(DeploymentPlan plan) {
    Path folder =
        bundle == null
            ? console.resolve("target/bundle/" + plan.pipeline())
            : console.resolve(bundle);
    new Bundle(plan).write(folder);
    console.line("wrote the bundle " + folder);
    console.say("next: cd " + folder + " && databricks bundle deploy --target dev");
  }

  /** Lakebeam's own, and those of the user that a run here would find. */
  private List<Path> jars() {
    Path own = jar == null ? console.home().resolve(JAR) : console.resolve(jar);
    if (!Files.isRegularFile(own)) {
      throw new UsageException(
          "there is no jar "
              + own
              + ": build it with mvn -Pspark package -DskipTests, or name it with --jar");
    }
    List<Path> jars = new ArrayList<>(List.of(own));
    String users = console.environment().apply("LAKEBEAM_CLASSPATH");
    for (String entry : (users == null ? "" : users).split(File.pathSeparator, -1)) {
      Path path = console.resolve(entry);
      if (entry.endsWith(".jar") && Files.isRegularFile(path)) {
        jars.add(path);
      }
    }
    return jars;
  }

  private List<String> statements(PipelineSpec spec, Tables tables) {
    List<String> statements =
        ExternalTables.statements(spec, tables, (of, dataset) -> TablePaths.of(of, dataset).uri());
    if (statements.isEmpty()) {
      throw new UsageException(
          "no dataset of "
              + spec.name()
              + " is of the layers that "
              + profileFile
              + " names under tables");
    }
    return statements;
  }

  private Tables tables(DatabricksProfile profile) {
    return profile
        .tables()
        .orElseThrow(
            () ->
                new UsageException(
                    profileFile + " does not say where: add tables: {catalog: ..., schema: ...}"));
  }

  private String warehouse(DatabricksProfile profile) {
    return tables(profile)
        .warehouseId()
        .orElseThrow(
            () ->
                new UsageException(
                    "--register: "
                        + profileFile
                        + " names no warehouse_id under tables; or take the statements of"
                        + " --print-sql elsewhere"));
  }
}
