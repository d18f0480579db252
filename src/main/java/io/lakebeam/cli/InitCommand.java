package io.lakebeam.cli;

import io.lakebeam.cli.argument.UsageException;
import io.lakebeam.cli.console.Console;
import io.lakebeam.cli.console.ExitCode;
import io.lakebeam.graph.Limits;
import io.lakebeam.scaffold.Project;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Starts a pipeline project. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Starts a pipeline project in a new folder: a pipeline file, queries, rules and a test. Without"
          + " --from it has a few lines of data of its own and runs at once. With --from it looks at"
          + " some records of yours and proposes columns, types and rules that they keep.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam init coffee",
      "  lakebeam init shop --from landing/orders.csv",
      "  lakebeam init shop --from landing"
    })
final class InitCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "NAME",
      description = "The pipeline's name, and that of its folder: small letters, digits and _.")
  private String name;

  InitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    requireName();
    Path folder = console.resolve(name);
    Project.requireRoom(folder);
    Project project = Project.starter(name);
    project.writeTo(folder);
    project.files().keySet().forEach(file -> console.line(name + "/" + file));
    project.notes().forEach(console::say);
    console.say("next:");
    console.say("  cd " + name);
    console.say("  lakebeam test .");
    console.say("  lakebeam run .");
    console.say("  lakebeam show lake/" + project.shown());
    return ExitCode.DONE;
  }

  private void requireName() {
    if (name.matches("[a-z][a-z0-9_]*") && name.length() <= Limits.NAME_CHARACTERS) {
      return;
    }
    String better =
        name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^[_0-9]+|_+$", "");
    boolean isUseful =
        better.matches("[a-z][a-z0-9_]*") && better.length() <= Limits.NAME_CHARACTERS;
    throw new UsageException(
        "a pipeline may not be named "
            + (name.length() > 60 ? name.substring(0, 60) + "..." : name)
            + ": its name is made of small letters, digits and _, and starts with a letter"
            + (isUseful ? "; for example " + better : ""));
  }
}
