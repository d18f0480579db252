package io.lakebeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.cli.text.Output;
import io.lakebeam.lake.UsageException;
import io.lakebeam.spec.testcase.PipelineTest;
import io.lakebeam.unittest.TestFolder;
import io.lakebeam.unittest.TestReport;
import io.lakebeam.unittest.TestResult;
import io.lakebeam.unittest.TestRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the tests of a pipeline. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs the tests of a pipeline, the files tests/*.yaml beside its own: each gives its sources some"
          + " records, runs an update in a lake of its own on this machine, and compares the rows of"
          + " tables. Reads no source and no lake of the pipeline, but for the files of its reference"
          + " sources. Exit code 1 when a test fails.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam test airlines",
      "  lakebeam test airlines diverted",
      "  lakebeam test airlines --junit target/airlines.xml"
    })
final class TestCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private PipelineArgument pipeline;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "TEXT",
      description = "Only tests that have one of these texts in their name, in any case.")
  private List<String> texts = new ArrayList<>();

  @Option(names = "--junit", paramLabel = "FILE", description = "Write a report as JUnit's XML.")
  private String junit;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is an object a test.")
  private Output output = Output.TEXT;

  TestCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    PipelineArgument.Tested tested = pipeline.tests(console);
    List<PipelineTest> wanted = tested.tests().stream().filter(this::isWanted).toList();
    if (wanted.isEmpty()) {
      throw new UsageException(
          tested.tests().isEmpty()
              ? "there is no test in "
                  + tested.folder()
                  + ": write one as docs/guides/testing.md says"
              : "no test has such a text in its name; there are "
                  + String.join(", ", tested.tests().stream().map(PipelineTest::name).toList()));
    }
    List<TestResult> results = new ArrayList<>();
    try (TestFolder folder = TestFolder.make()) {
      TestRun run = new TestRun(tested.spec(), folder.path());
      for (PipelineTest test : wanted) {
        TestResult result = run.run(test);
        results.add(result);
        tell(result);
      }
    }
    if (junit != null) {
      TestReport.write(console.resolve(junit), tested.spec().name(), results);
    }
    long failed = results.stream().filter(result -> !result.passes()).count();
    console.say(
        Amounts.of(results.size() - failed, "test")
            + " passed"
            + (failed == 0 ? "" : ", " + Amounts.count(failed) + " failed"));
    return failed == 0 ? ExitCode.DONE : ExitCode.FAILED;
  }

  private boolean isWanted(PipelineTest test) {
    String name = test.name().toLowerCase(Locale.ROOT);
    return texts.isEmpty()
        || texts.stream().anyMatch(text -> name.contains(text.toLowerCase(Locale.ROOT)));
  }

  private void tell(TestResult result) {
    if (output == Output.JSON) {
      ObjectNode node = new ObjectMapper().createObjectNode();
      node.put("test", result.test().name());
      node.put("at", result.test().at().toString());
      node.put("passes", result.passes());
      node.put("millis", result.millis());
      result.failures().forEach(node.putArray("failures")::add);
      console.rows(node.toString());
      return;
    }
    console.rows(
        (result.passes() ? "ok    " : "FAIL  ")
            + result.test().name()
            + "  "
            + Amounts.count(result.millis())
            + " ms");
    result.failures().forEach(line -> console.rows("      " + line));
  }
}
