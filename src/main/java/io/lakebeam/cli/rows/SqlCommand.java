package io.lakebeam.cli.rows;

import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.terminal.Input;
import io.lakebeam.cli.text.Output;
import io.lakebeam.cli.text.Time;
import io.lakebeam.lake.LakeTables;
import io.lakebeam.lake.UsageException;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.dlt.SqlScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Answers queries over the tables of a pipeline. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Answers SQL queries over the tables of a pipeline: streaming tables, materialized views,"
          + " quarantines and the event log, by their names. It only reads.",
      "Without QUERY it asks for statements at a terminal, and else takes them from its input, a ;"
          + " behind each; the first one that fails ends it.",
      "SELECT with all that a view may have, SHOW TABLES and DESCRIBE TABLE are statements. Columns"
          + " that begin with _ are no part of *, but of quarantines.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam sql airlines \"SELECT carrier, count(*) FROM flights GROUP BY carrier ORDER BY 2"
          + " DESC\"",
      "  lakebeam sql airlines \"SELECT _error, count(*) AS n FROM flights_quarantine GROUP BY 1\"",
      "  lakebeam sql airlines \"SELECT * FROM carrier_performance\" --output json",
      "  lakebeam sql airlines --file questions.sql",
      "  lakebeam sql airlines --lake lake-demo"
    })
public final class SqlCommand implements Callable<Integer> {
  private final Console console;
  private final Input input;

  @Spec private CommandSpec spec;

  @Mixin private PipelineArgument pipeline;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "QUERY",
      description = "A statement, or several with a ; behind each.")
  private String query;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "A file of statements, in place of QUERY.")
  private String file;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "Rows at most of a query that does not end with a LIMIT itself. Default:"
              + " ${DEFAULT-VALUE}.")
  private int limit = 100;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Time.class,
      description = "How long a query may take, such as 30s or 5m. Default: any time.")
  private Duration timeout;

  @Mixin private PipelineArgument.Lake lake;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is an object a line.")
  private Output output = Output.TEXT;

  public SqlCommand(Console console, Input input) {
    this.console = console;
    this.input = input;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit is at least 1, not " + limit);
    }
    if (query != null && file != null) {
      throw new UsageException("QUERY and --file are both given; one of them is enough");
    }
    PipelineSpec declared = lake.applyTo(pipeline.read(console), console);
    LakeTables tables = new LakeTables(declared);
    SqlSession session =
        new SqlSession(
            console, tables, new SqlSession.Bounds(limit, Optional.ofNullable(timeout)), output);
    if (query != null) {
      run(session, RefusedStatementException.ARGUMENT, query);
    } else if (file != null) {
      run(session, file, text(file));
    } else if (input.isTyped()) {
      new SqlPrompt(console, input, session, this::tell)
          .run(
              declared.name()
                  + " in "
                  + declared.lake()
                  + "; a statement ends with ; (tables lists what can be read, help tells more,"
                  + " exit leaves)");
    } else {
      run(session, RefusedStatementException.STANDARD_INPUT, input.text());
    }
    return ExitCode.DONE;
  }

  private void run(SqlSession session, String from, String text) {
    SqlScript script = SqlScript.of(from, text);
    if (script.unclosed().isPresent()) {
      throw new RefusedStatementException(script.unclosed().get());
    }
    if (script.statements().isEmpty()) {
      throw new UsageException(
          from.startsWith("<") ? "there is no statement" : "there is no statement in " + from);
    }
    script.statements().forEach(session::run);
  }

  private String text(String name) {
    Path path = console.resolve(name);
    try {
      return Files.readString(path);
    } catch (NoSuchFileException e) {
      throw new UsageException("there is no file " + name);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  /** As every command's failures are told. */
  private void tell(Exception failure) {
    try {
      spec.root()
          .commandLine()
          .getExecutionExceptionHandler()
          .handleExecutionException(failure, spec.commandLine(), null);
    } catch (Exception e) {
      throw new IllegalStateException("a failure cannot be told", e);
    }
  }
}
