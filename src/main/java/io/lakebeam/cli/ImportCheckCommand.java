package io.lakebeam.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.argument.SqlFiles;
import io.lakebeam.cli.argument.TrustOption;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.cli.text.Output;
import io.lakebeam.cli.text.TextTable;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.spec.PipelineDraft;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.ProblemJson;
import io.lakebeam.spec.dlt.SqlProjects;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.project.PipelineSearch;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says of a repository of Delta Live Tables what runs here, what does not, and why. */
@Command(
    name = "import-check",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Says of the SQL files of a folder which of their tables, views and flows run, which do not,"
          + " and why, the most frequent reason first. Files that make the same table lie in"
          + " pipelines of their own, a folder each. Sources may stand in a pipeline.yaml that names the"
          + " files. A parameter that nobody sets stands for its own name. Reads no data.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam import-check transforms",
      "  lakebeam import-check ../their-repository --output json"
    })
final class ImportCheckCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "FOLDER", description = "A folder of .sql files, or one file.")
  private String folder;

  @Mixin private PipelineArgument.Values values;
  @Mixin private TrustOption trust;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json has every statement.")
  private Output output = Output.TEXT;

  private final List<Verdict> verdicts = new ArrayList<>();
  private final Map<String, Reason> reasons = new LinkedHashMap<>();

  /** A statement, and what keeps it from running. */
  private record Verdict(PipelineDraft.Statement statement, List<Problem> problems) {}

  /** What keeps statements from running. */
  private record Reason(String what, String instead, String first, int count) {
    Reason again() {
      return new Reason(what, instead, first, count + 1);
    }
  }

  ImportCheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    PipelineLocation location = SqlFiles.locate(folder, trust.trust(), console);
    List<PipelineDraft> declared = declared(location);
    SqlProjects projects = SqlProjects.in(location);
    Set<String> files = new HashSet<>();
    location.sqlFiles().forEach(file -> files.add(location.shown(file)));
    for (PipelineDraft draft : declared) {
      check(draft, files);
      draft.statements().forEach(statement -> files.remove(statement.at().file()));
    }
    for (List<Path> pipeline : projects.pipelines()) {
      List<Path> rest =
          pipeline.stream().filter(file -> files.contains(location.shown(file))).toList();
      if (!rest.isEmpty()) {
        PipelineDraft draft =
            new PipelineReader(trust.trust())
                .draftOf(location, rest, values.byName(), SqlFiles.orItsName(console));
        check(draft, files);
      }
    }
    console.line(output == Output.JSON ? json(projects) : text(projects));
    return ExitCode.DONE;
  }

  /** Pipeline files beside the folder, or above it, whose SQL files lie in it. */
  private List<PipelineDraft> declared(PipelineLocation location) {
    PipelineSearch search = new PipelineSearch(location.root(), console.home(), trust.trust());
    List<PipelineDraft> declared = new ArrayList<>();
    for (String name : search.names()) {
      PipelineLocation found =
          PipelineLocation.of(search.find(name).file(), console.workingDirectory());
      try {
        PipelineDraft draft =
            new PipelineReader(trust.trust()).draft(found, Map.of(), SqlFiles.orItsName(console));
        boolean isOfFolder =
            location.sqlFiles().stream()
                .map(location::shown)
                .anyMatch(
                    file -> draft.statements().stream().anyMatch(s -> s.at().file().equals(file)));
        if (isOfFolder) {
          declared.add(draft);
        }
      } catch (PipelineException e) {
        // A pipeline of its own, which validate tells of.
      }
    }
    return declared;
  }

  /**
   * Says of each statement whether it runs.
   *
   * @param files those that are looked at
   */
  private void check(PipelineDraft draft, Set<String> files) {
    List<Problem> problems = List.of();
    try {
      PipelineCompiler.compile(draft);
    } catch (PipelineException e) {
      problems =
          e.problems().stream().filter(problem -> files.contains(problem.at().file())).toList();
    }
    for (PipelineDraft.Statement statement : draft.statements()) {
      if (!files.contains(statement.at().file())) {
        continue;
      }
      List<PipelineDraft.Statement> parts =
          draft.statements().stream()
              .filter(other -> other.equals(statement) || makeTheSame(other, statement))
              .toList();
      verdicts.add(
          new Verdict(
              statement,
              problems.stream()
                  .filter(problem -> parts.stream().anyMatch(part -> part.holds(problem.at())))
                  .toList()));
    }
    for (Problem problem : problems) {
      String what = problem.isDownstream() ? "reads what does not run" : problem.cause();
      String key = what.isEmpty() ? problem.problem() : what;
      Reason first =
          new Reason(
              problem.isDownstream() || what.isEmpty() ? key : problem.problem() + ": " + what,
              problem.isDownstream() ? "" : problem.fix(),
              problem.at().toString(),
              0);
      reasons.put(key, reasons.getOrDefault(key, first).again());
    }
  }

  /** A table does not run when nothing that adds rows to it does. */
  private static boolean makeTheSame(PipelineDraft.Statement a, PipelineDraft.Statement b) {
    return !a.name().isEmpty() && a.name().equalsIgnoreCase(b.name());
  }

  private List<Reason> sorted() {
    return reasons.values().stream()
        .sorted((a, b) -> Integer.compare(b.count(), a.count()))
        .toList();
  }

  private long running() {
    return verdicts.stream().filter(verdict -> verdict.problems().isEmpty()).count();
  }

  private String text(SqlProjects projects) {
    TextTable table = TextTable.of("file", ">statements", ">run", ">do not");
    Map<String, int[]> counts = new LinkedHashMap<>();
    for (Verdict verdict : verdicts) {
      int[] count = counts.computeIfAbsent(verdict.statement().at().file(), file -> new int[2]);
      count[verdict.problems().isEmpty() ? 0 : 1]++;
    }
    counts.forEach(
        (file, count) ->
            table.add(
                file,
                String.valueOf(count[0] + count[1]),
                String.valueOf(count[0]),
                String.valueOf(count[1])));
    List<String> lines = new ArrayList<>(table.lines(console.columns()));
    lines.add("");
    for (Reason reason : sorted()) {
      lines.add((reason.count() == 1 ? "once: " : reason.count() + " times: ") + reason.what());
      lines.add("  first at " + reason.first());
      if (!reason.instead().isEmpty()) {
        lines.add("  instead: " + reason.instead());
      }
    }
    if (!reasons.isEmpty()) {
      lines.add("");
    }
    lines.add(
        Amounts.of(counts.size(), "file")
            + " in "
            + Amounts.of(projects.pipelines().size(), "pipeline")
            + ": "
            + running()
            + " of "
            + Amounts.of(verdicts.size(), "statement")
            + " run"
            + others(projects));
    return String.join("\n", lines);
  }

  private static String others(SqlProjects projects) {
    String others = "";
    if (projects.otherSql() > 0) {
      others +=
          "; " + Amounts.of(projects.otherSql(), "other .sql file") + " without such statements";
    }
    if (projects.python() > 0) {
      others += "; " + Amounts.of(projects.python(), "file") + " of Python, which is not read";
    }
    return others;
  }

  private String json(SqlProjects projects) {
    List<Object> statements = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      Map<String, Object> statement = new LinkedHashMap<>();
      statement.put("file", verdict.statement().at().file());
      statement.put("line", verdict.statement().at().line());
      statement.put("name", verdict.statement().name());
      statement.put("makes", verdict.statement().what());
      statement.put("runs", verdict.problems().isEmpty());
      statement.put(
          "problems", verdict.problems().stream().map(ImportCheckCommand::problem).toList());
      statements.add(statement);
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("statements", statements);
    all.put(
        "reasons",
        sorted().stream()
            .map(
                reason ->
                    Map.of(
                        "count", reason.count(),
                        "reason", reason.what(),
                        "instead", reason.instead(),
                        "first", reason.first()))
            .toList());
    all.put("pipelines", projects.pipelines().size());
    all.put("run", running());
    all.put("do_not_run", verdicts.size() - running());
    all.put("other_sql_files", projects.otherSql());
    all.put("python_files", projects.python());
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode problem(Problem problem) {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    ProblemJson.write(problem, told);
    return told;
  }
}
