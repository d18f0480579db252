package io.lakebeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.text.Output;
import io.lakebeam.doctor.Finding;
import io.lakebeam.doctor.Outcome;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.ProblemJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What checks have found, a line each as soon as it is known, or all of it as JSON at the end. */
final class FindingLines {
  private static final String PIPELINE = "pipeline";

  private final Console console;
  private final Output output;
  private final List<Finding> findings = new ArrayList<>();

  FindingLines(Console console, Output output) {
    this.console = console;
    this.output = output;
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  void told(Finding finding) {
    findings.add(finding);
    if (output == Output.TEXT) {
      print(finding);
    }
  }

  /** The summary, or the JSON. */
  void end() {
    if (output == Output.JSON) {
      console.line(json().toPrettyString());
    } else {
      console.line("");
      console.line(summary());
    }
  }

  /**
   * The pipeline as declared, with a line that says so; empty, and its problems told, when it
   * cannot be read.
   *
   * @param rest checks that are skipped then
   */
  Optional<PipelineSpec> read(
      PipelineArgument pipeline, PipelineArgument.Lake lake, List<String> rest) {
    try {
      PipelineSpec spec = lake.applyTo(pipeline.read(console), console);
      told(new Finding(PIPELINE, "files", new Outcome.Ok(spec.name() + " is declared well")));
      return Optional.of(spec);
    } catch (PipelineException e) {
      e.problems().forEach(problem -> told("files", problem));
      for (String check : rest) {
        told(new Finding(PIPELINE, check, new Outcome.Skipped("files")));
      }
      return Optional.empty();
    }
  }

  /** The pipeline, checked; empty, and its problems told, when it is wrong. */
  Optional<CompiledPipeline> compile(PipelineSpec spec) {
    try {
      CompiledPipeline compiled = PipelineCompiler.compile(spec);
      told(new Finding(PIPELINE, "queries", new Outcome.Ok("every query and rule compiles")));
      return Optional.of(compiled);
    } catch (PipelineException e) {
      e.problems().forEach(problem -> told("queries", problem));
      return Optional.empty();
    }
  }

  private void told(String check, Problem problem) {
    told(new Finding(PIPELINE, check, new Outcome.Failed(problem.in(problem.at().toString()))));
  }

  private void print(Finding finding) {
    Outcome outcome = finding.outcome();
    String word = String.format(Locale.ROOT, "%-8s", word(outcome));
    String painted =
        outcome.match(
            ok -> console.good(word),
            warning -> console.bad(word),
            failed -> console.bad(word),
            skipped -> word);
    String said =
        outcome.match(
            Outcome.Ok::said,
            warning -> warning.told().problem(),
            failed -> failed.told().problem(),
            skipped -> "not tried: " + skipped.because() + " failed");
    console.line(painted + " " + finding.subject() + ", " + finding.check() + ": " + said);
    told(outcome)
        .ifPresent(told -> told.explanation().forEach(line -> console.line("           " + line)));
  }

  /** What is to be done about it; empty when nothing is. */
  private static Optional<Problem> told(Outcome outcome) {
    return outcome.match(
        ok -> Optional.empty(),
        warning -> Optional.of(warning.told()),
        failed -> Optional.of(failed.told()),
        skipped -> Optional.empty());
  }

  private static String word(Outcome outcome) {
    return outcome.match(
        ok -> "ok", warning -> "warning", failed -> "failed", skipped -> "skipped");
  }

  private String summary() {
    List<String> parts = new ArrayList<>();
    for (String word : List.of("ok", "warning", "failed", "skipped")) {
      long count = findings.stream().filter(f -> word(f.outcome()).equals(word)).count();
      if (count > 0) {
        parts.add(count + " " + word);
      }
    }
    return String.join(", ", parts);
  }

  private static ObjectNode with(ObjectNode object, Problem told) {
    ProblemJson.write(told, object);
    return object;
  }

  private ArrayNode json() {
    ArrayNode array = new ObjectMapper().createArrayNode();
    for (Finding finding : findings) {
      Outcome outcome = finding.outcome();
      ObjectNode object =
          array
              .addObject()
              .put("subject", finding.subject())
              .put("check", finding.check())
              .put("outcome", word(outcome));
      outcome.match(
          ok -> object.put("said", ok.said()),
          warning -> with(object, warning.told()),
          failed -> with(object, failed.told()),
          skipped -> object.put("because", skipped.because()));
    }
    return array;
  }
}
