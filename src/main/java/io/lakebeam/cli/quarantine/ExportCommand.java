package io.lakebeam.cli.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.quarantine.Masks;
import io.lakebeam.quarantine.QuarantineReader;
import io.lakebeam.quarantine.QuarantinedRow;
import io.lakebeam.quarantine.RowFilter;
import io.lakebeam.quarantine.RowStates;
import io.lakebeam.review.RefusedRowJson;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes refused rows to a file. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes refused rows to a file: CSV when its name ends in .csv, of one table; else an object of"
          + " JSON a line. Columns that begin with _ say what is known of the row, _id first. A file"
          + " that is there already is never written over. Masked values are written as ***, which"
          + " means as it was when replay gets the file back.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam quarantine export airlines --table flights --to refused.csv",
      "  lakebeam quarantine export airlines --since 7d --to refused.jsonl"
    })
final class ExportCommand implements Callable<Integer> {
  private final Console console;
  private final Clock clock;

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;
  @Mixin private FilterOptions filter;
  @Mixin private MaskOption mask;

  @Option(names = "--to", paramLabel = "FILE", required = true, description = "A new file.")
  private String to;

  private long rows;

  ExportCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    CompiledPipeline compiled = OpenQuarantines.pipeline(pipeline, lake, console);
    QuarantineReader reader = OpenQuarantines.of(compiled);
    Masks masks = mask.of(compiled);
    Predicate<QuarantinedRow> isMeant = filter.inState(RowStates.of(compiled));
    RowFilter wanted = filter.of(reader, clock);
    boolean isCsv = to.toLowerCase(Locale.ROOT).endsWith(".csv");
    if (isCsv && wanted.tables().size() != 1) {
      throw new UsageException(
          "a CSV file has the columns of one table: name it with --table, or end the file in"
              + " .jsonl");
    }
    Path file = console.resolve(to);
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardOpenOption.CREATE_NEW)) {
      write(reader, wanted, isMeant, masks, isCsv, out);
    } catch (FileAlreadyExistsException e) {
      throw new UsageException(to + " is there already: name a new file");
    } catch (NoSuchFileException e) {
      throw new UsageException(to + ": there is no such folder");
    } catch (IOException | RuntimeException e) {
      delete(file);
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new UncheckedIOException("cannot write " + to, (IOException) e);
    }
    LeftOut.tell(reader, masks, console);
    console.say(Amounts.of(rows, "refused row") + " written to " + to);
    return ExitCode.DONE;
  }

  private void write(
      QuarantineReader reader,
      RowFilter wanted,
      Predicate<QuarantinedRow> isMeant,
      Masks masks,
      boolean isCsv,
      BufferedWriter out) {
    reader.read(
        wanted,
        true,
        row -> {
          if (!isMeant.test(row)) {
            return;
          }
          ObjectNode object = RefusedRowJson.of(masks.of(row));
          if (isCsv && rows == 0) {
            write(out, names(object));
          }
          write(out, isCsv ? values(object) : object.toString());
          rows++;
        });
  }

  /** Half a file would be taken for a whole one. */
  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete the half of " + file, e);
    }
  }

  private static void write(BufferedWriter out, String line) {
    try {
      out.write(line);
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String names(ObjectNode row) {
    Iterable<String> names = row::fieldNames;
    return StreamSupport.stream(names.spliterator(), false)
        .map(ExportCommand::quoted)
        .collect(Collectors.joining(","));
  }

  private static String values(ObjectNode row) {
    return StreamSupport.stream(row.spliterator(), false)
        .map(ExportCommand::cell)
        .collect(Collectors.joining(","));
  }

  /** NULL is nothing, the empty text is quoted. */
  private static String cell(JsonNode value) {
    if (value.isNull()) {
      return "";
    }
    String text = value.isValueNode() ? value.asText() : value.toString();
    return text.isEmpty() ? "\"\"" : quoted(text);
  }

  private static String quoted(String text) {
    boolean needsQuotes =
        text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return needsQuotes ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
