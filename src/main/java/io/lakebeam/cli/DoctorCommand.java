package io.lakebeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.doctor.Doctor;
import io.lakebeam.doctor.Finding;
import io.lakebeam.doctor.Outcome;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.PipelineCompiler;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tries what a run would need. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tries every connection, credential and permission of a pipeline: a line for each check, with"
          + " cause and fix for what is wrong. Reads a record of each topic and the first of each"
          + " folder; writes a probe into the lake and removes it.",
      "Exit code 0 only when all is well: 1 with any warning or failure.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam doctor airlines",
      "  lakebeam doctor airlines --timeout 60s",
      "  lakebeam doctor airlines --output json"
    })
final class DoctorCommand implements Callable<Integer> {
  private static final String PIPELINE = "pipeline";

  private final Console console;
  private final List<Finding> findings = new ArrayList<>();

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Time.class,
      description = "The longest that one check may take. Default: 15s.")
  private Duration timeout = Duration.ofSeconds(15);

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is a list of checks.")
  private Output output = Output.TEXT;

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Doctor doctor = new Doctor(Clock.systemUTC(), Secrets::resolve, timeout, this::told);
    doctor.machine();
    Optional<PipelineSpec> spec = read();
    if (spec.isPresent()) {
      doctor.stores(spec.get());
      Optional<CompiledPipeline> compiled = compile(spec.get());
      doctor.sources(spec.get());
      doctor.lake(spec.get(), compiled);
    }
    if (output == Output.JSON) {
      console.line(json().toPrettyString());
    } else {
      console.line("");
      console.line(summary());
    }
    return Doctor.isWell(findings) ? Lakebeam.DONE : Lakebeam.FAILED;
  }

  private Optional<PipelineSpec> read() {
    try {
      PipelineSpec spec = lake.applyTo(pipeline.read(console), console);
      told(new Finding(PIPELINE, "files", new Outcome.Ok(spec.name() + " is declared well")));
      return Optional.of(spec);
    } catch (PipelineException e) {
      e.problems().forEach(problem -> told("files", problem));
      for (String rest : List.of("queries", "sources", "lake")) {
        told(new Finding(PIPELINE, rest, new Outcome.Skipped("files")));
      }
      return Optional.empty();
    }
  }

  private Optional<CompiledPipeline> compile(PipelineSpec spec) {
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
    told(
        new Finding(
            PIPELINE,
            check,
            new Outcome.Failed(
                problem.at() + ": " + problem.problem(), problem.cause(), problem.fix())));
  }

  private void told(Finding finding) {
    findings.add(finding);
    if (output == Output.TEXT) {
      print(finding);
    }
  }

  private void print(Finding finding) {
    Outcome outcome = finding.outcome();
    String word = String.format(Locale.ROOT, "%-8s", word(outcome));
    String painted =
        outcome instanceof Outcome.Ok
            ? console.good(word)
            : outcome instanceof Outcome.Skipped ? word : console.bad(word);
    String what = finding.subject() + ", " + finding.check() + ": ";
    if (outcome instanceof Outcome.Ok ok) {
      console.line(painted + " " + what + ok.said());
    } else if (outcome instanceof Outcome.Skipped skipped) {
      console.line(painted + " " + what + "since " + skipped.because() + " failed");
    } else if (outcome instanceof Outcome.Warning warning) {
      console.line(painted + " " + what + warning.problem());
      print(warning.cause(), warning.fix());
    } else if (outcome instanceof Outcome.Failed failed) {
      console.line(painted + " " + what + failed.problem());
      print(failed.cause(), failed.fix());
    }
  }

  private void print(String cause, String fix) {
    if (!cause.isEmpty()) {
      console.line("           cause: " + cause);
    }
    if (!fix.isEmpty()) {
      console.line("           fix: " + fix);
    }
  }

  private static String word(Outcome outcome) {
    return outcome instanceof Outcome.Ok
        ? "ok"
        : outcome instanceof Outcome.Warning
            ? "warning"
            : outcome instanceof Outcome.Failed ? "failed" : "skipped";
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
      if (outcome instanceof Outcome.Ok ok) {
        object.put("said", ok.said());
      } else if (outcome instanceof Outcome.Skipped skipped) {
        object.put("because", skipped.because());
      } else if (outcome instanceof Outcome.Warning warning) {
        object.put("problem", warning.problem()).put("cause", warning.cause());
        object.put("fix", warning.fix());
      } else if (outcome instanceof Outcome.Failed failed) {
        object.put("problem", failed.problem()).put("cause", failed.cause());
        object.put("fix", failed.fix());
      }
    }
    return array;
  }
}
