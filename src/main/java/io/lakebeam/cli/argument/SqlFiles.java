package io.lakebeam.cli.argument;

import io.lakebeam.cli.terminal.Console;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.Trust;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.project.PipelineSearch;
import java.util.List;
import java.util.function.UnaryOperator;

/** SQL files of Delta Live Tables, for the commands that take nothing else. */
public final class SqlFiles {
  private SqlFiles() {}

  /**
   * The files that a user names.
   *
   * @throws PipelineException when they are no SQL files
   */
  public static PipelineLocation locate(String argument, Trust trust, Console console) {
    PipelineLocation location =
        new PipelineSearch(console.workingDirectory(), console.home(), trust).find(argument);
    if (!location.isSql()) {
      throw new PipelineException(
          List.of(
              new Problem(
                  SourceLocation.of(location.shown(location.file())),
                  "this is a pipeline file already",
                  "",
                  "name a .sql file or a folder of them")));
    }
    return location;
  }

  /** Values of parameters: one that nobody sets stands for its own name. */
  public static UnaryOperator<String> orItsName(Console console) {
    return parameter -> {
      String set = console.environment().apply(parameter);
      return set == null ? parameter.replace('.', '_') : set;
    };
  }

  /** A note in one line. */
  public static String noteLine(Problem note) {
    String why = note.cause().isEmpty() ? "" : ": " + note.cause();
    String what = note.fix().isEmpty() ? "" : "; " + note.fix();
    return "note: " + note.at() + ": " + note.problem() + why + what;
  }
}
