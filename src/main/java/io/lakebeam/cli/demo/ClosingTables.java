package io.lakebeam.cli.demo;

import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.cli.text.TextTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.demo.DemoSources;
import io.lakebeam.lake.StoredDatasets;
import io.lakebeam.pipeline.CompiledPipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a run leaves in the lake; after a demo, beside what it should have made. */
public final class ClosingTables {
  private final Console console;
  private final CompiledPipeline pipeline;

  public ClosingTables(Console console, CompiledPipeline pipeline) {
    this.console = console;
    this.pipeline = pipeline;
  }

  /** The tables alone. */
  public void print() {
    TextTable table = TextTable.of("dataset", ">rows", ">version", ">size");
    for (StoredDatasets.Stored stored : StoredDatasets.of(pipeline)) {
      Optional<Snapshot> snapshot = stored.snapshot();
      if (snapshot.isPresent()) {
        table.add(
            stored.name(),
            Amounts.rows(snapshot.get().rows()),
            Long.toString(snapshot.get().version()),
            Amounts.bytes(snapshot.get().bytes()));
      }
    }
    table.lines(console.columns()).forEach(console::line);
  }

  /**
   * The tables with what is expected of them, and all that differs.
   *
   * @return the differences
   */
  public List<String> print(DemoComparison comparison, Optional<DemoSources.Delivered> delivered) {
    Map<String, Long> expected = comparison.expected().rows();
    TextTable table = TextTable.of("dataset", ">rows", ">expected", "", ">version", ">size");
    for (StoredDatasets.Stored stored : StoredDatasets.of(pipeline)) {
      Optional<Snapshot> snapshot = stored.snapshot();
      long rows = snapshot.flatMap(Snapshot::rows).orElse(0L);
      // A quarantine that the generator does not mention is one that gets no rows.
      Optional<Long> wanted =
          Optional.ofNullable(
              expected.getOrDefault(stored.name(), stored.kind().equals("quarantine") ? 0L : null));
      table.add(
          stored.name(),
          Amounts.count(rows),
          wanted.map(Amounts::count).orElse(""),
          wanted.map(count -> count == rows ? "ok" : "DIFFERS").orElse(""),
          snapshot.map(s -> Long.toString(s.version())).orElse(""),
          snapshot.map(s -> Amounts.bytes(s.bytes())).orElse(""));
    }
    for (String line : table.lines(console.columns())) {
      console.line(
          line.replace("  ok  ", "  " + console.good("ok") + "  ")
              .replace("  DIFFERS  ", "  " + console.bad("DIFFERS") + "  "));
    }
    console.line("");
    List<String> differences = new ArrayList<>(comparison.differences());
    delivered.ifPresent(each -> differences.addAll(comparison.differences(each)));
    if (differences.isEmpty()) {
      console.line(
          console.good("all as expected")
              + " of "
              + comparison.expected().inputs().stream()
                  .map(input -> Amounts.of(input.count(), input.noun()))
                  .collect(Collectors.joining(" and "))
              + ": rows of every table, verdicts of "
              + Amounts.of(comparison.expected().rules().size(), "expectation")
              + ", every row of "
              + Amounts.of(comparison.expected().tables().size(), "table")
              + delivered
                  .map(
                      each ->
                          ", " + Amounts.of(each.rows().size(), each.noun()) + " " + each.where())
                  .orElse(""));
    } else {
      console.error(Amounts.of(differences.size(), "difference") + " to what is expected:");
      differences.forEach(difference -> console.say("  " + difference));
    }
    return differences;
  }
}
