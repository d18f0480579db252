package io.lakebeam.scaffold;

import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.spec.SourceSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Projects for data that is there: what was seen in some of its records, written down. */
public final class SampledProject {
  /** Columns that a test gives; more say no more. */
  private static final int TESTED_COLUMNS = 12;

  private static final int TESTED_ROWS = 2;

  /** Characters of a value in a test. */
  private static final int LONGEST_VALUE = 200;

  /** Names of folders that say nothing of what is in them. */
  private static final Set<String> GENERIC =
      Set.of(
          "data",
          "landing",
          "in",
          "input",
          "inbox",
          "incoming",
          "files",
          "raw",
          "source",
          "sources",
          "download",
          "downloads",
          "tmp",
          "temp",
          "export",
          "exports",
          "sample",
          "samples",
          "test");

  private final String name;
  private final String table;
  private final Sample sample;
  private final List<ProposedRule> rules;
  private final List<String> notes = new ArrayList<>();

  private SampledProject(String name, String data, Sample sample, Clock clock) {
    this.name = name;
    this.table = table(name, data);
    this.sample = sample;
    this.rules = ProposedRule.of(sample.columns(), sample.rows(), clock.instant());
    notes.addAll(sample.notes());
  }

  /**
   * A project that reads files.
   *
   * @param name of the pipeline
   * @param folder of the project, absolute
   * @param path of a file, or a folder of files, absolute
   * @param shown that path as it was typed
   * @throws ScaffoldException when nothing can be proposed for them
   */
  public static Project ofFiles(String name, Path folder, Path path, String shown, Clock clock) {
    DataFiles files = DataFiles.at(path, shown);
    FileSample.Found found = FileSample.of(files, shown);
    SampledProject project = new SampledProject(name, files.stem(), found.sample(), clock);
    project.notes.addAll(found.notes());
    String place = place(folder, files.folder());
    String pattern = YamlText.unreferenced(place + found.pattern());
    return project.written(List.of("files: " + YamlText.quotedUnlessPath(pattern)), "");
  }

  /**
   * A project that reads a topic of messages of JSON.
   *
   * @param name of the pipeline
   * @param environment answers null for what is not set
   * @throws ScaffoldException when it cannot be read, or nothing can be proposed for it
   */
  public static Project ofTopic(
      String name, Topic topic, UnaryOperator<String> environment, Clock clock) {
    Sample sample = topic.sample(environment);
    SampledProject project = new SampledProject(name, topic.name(), sample, clock);
    return project.written(
        topic.connection(),
        "  # Records are taken from the topic's first one on: see starting_offsets.\n");
  }

  /** Where files lie: from the project where they lie beside it, so that both may be moved. */
  private static String place(Path project, Path files) {
    Path beside = project.getParent();
    String place =
        files.startsWith(beside)
            ? project.relativize(files).toString() + "/"
            : files.toString() + (files.getNameCount() == 0 ? "" : "/");
    return DataFiles.literal(place);
  }

  /** What the silver table is called. */
  private static String table(String pipeline, String data) {
    String words =
        ProposedNames.plain(data.toLowerCase(Locale.ROOT))
            .replaceAll("(^|_)[0-9]+(?=_|$)", "")
            .replaceAll("^[_0-9]+|_+$", "");
    boolean isName =
        words.matches("[a-z][a-z0-9_]*")
            && words.length() <= 60
            && !GENERIC.contains(words)
            && !words.endsWith("_quarantine");
    String table = isName ? words : pipeline.substring(0, Math.min(60, pipeline.length()));
    boolean isTaken =
        Set.of("event_log", "quarantine_log").contains(table)
            || table.endsWith("_quarantine")
            || !YamlText.of(table).equals(table)
            || !SqlText.name(table).equals(table);
    return isTaken ? table + "_rows" : table;
  }

  private String bronze() {
    return "bronze_" + table;
  }

  private String source() {
    return table + "_source";
  }

  private String looked() {
    int records = sample.rows().size() + sample.refused();
    return records == 1
        ? "the one record looked at"
        : "the " + SampleProposal.count(records, "record") + " looked at";
  }

  private Project written(List<String> connection, String hint) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("pipeline.yaml", pipeline(connection, hint));
    files.put("transforms/" + table + ".sql", query());
    if (!rules.isEmpty()) {
      files.put("expectations/" + table + ".yaml", expectations());
    }
    files.put("tests/" + table + ".yaml", tests());
    files.put(".gitignore", Project.gitignore());
    notes.add(
        0,
        "proposed after a look at "
            + SampleProposal.count(sample.rows().size() + sample.refused(), "record")
            + (sample.isWhole() ? ", all there are" : "")
            + ": "
            + SampleProposal.count(sample.columns().size(), "column")
            + ", "
            + SampleProposal.count(rules.size(), "rule"));
    return new Project(files, table, notes);
  }

  private String pipeline(List<String> connection, String hint) {
    StringBuilder text = new StringBuilder();
    text.append("# Proposed by lakebeam init after a look at ")
        .append(SampleProposal.count(sample.rows().size() + sample.refused(), "record"))
        .append(sample.isWhole() ? ", all there were" : "")
        .append(". Change it as you like.\n")
        .append("# What may stand here: docs/reference/pipeline.md of Lakebeam.\n")
        .append("pipeline: ")
        .append(YamlText.of(name))
        .append("\nlake: ./lake\n\nsources:\n")
        .append("  # What does not fit the schema goes to the quarantine of ")
        .append(bronze())
        .append(".\n");
    text.append(hint);
    alwaysThere(text);
    text.append("  ").append(source()).append(":\n");
    connection.forEach(line -> text.append("    ").append(line).append('\n'));
    text.append("    format: ").append(format()).append('\n');
    text.append("    schema: >-\n")
        .append(
            sample.columns().stream()
                .map(
                    column ->
                        "      " + SqlText.name(column.name()) + " " + SqlText.type(column.type()))
                .collect(Collectors.joining(",\n")))
        .append('\n');
    rename(text);
    text.append("\ndatasets:\n")
        .append("  # As it came.\n  ")
        .append(bronze())
        .append(":\n    layer: bronze\n    streaming_table: {from: ")
        .append(source())
        .append("}\n\n");
    if (!rules.isEmpty()) {
      text.append("  # Rows that keep the rules; the others are in ")
          .append(table)
          .append("_quarantine, with the reason.\n");
    }
    text.append("  ")
        .append(table)
        .append(":\n    layer: silver\n    streaming_table: transforms/")
        .append(table)
        .append(".sql\n");
    if (!rules.isEmpty()) {
      text.append("    expect: expectations/").append(table).append(".yaml\n");
    }
    return text.toString();
  }

  /** What may be declared NOT NULL, once its author knows that it is. */
  private void alwaysThere(StringBuilder text) {
    List<String> always =
        sample.columns().stream().filter(this::isAlwaysThere).map(SampledColumn::name).toList();
    if (always.isEmpty()) {
      return;
    }
    String which =
        always.size() == sample.columns().size() && always.size() > 1
            ? "every column"
            : always.size() > 12
                ? always.size() + " of " + sample.columns().size() + " columns"
                : String.join(", ", always);
    text.append("  # Always there in ")
        .append(looked())
        .append(": ")
        .append(YamlText.comment(which))
        .append(".\n");
  }

  private boolean isAlwaysThere(SampledColumn column) {
    return !sample.rows().isEmpty()
        && sample.rows().stream().allMatch(row -> row.values().get(column.name()) != null);
  }

  private String format() {
    SourceSpec.Format format = sample.format();
    List<String> settings = new ArrayList<>();
    if (format instanceof SourceSpec.Csv csv) {
      if (csv.delimiter() != ',') {
        settings.add("delimiter: " + YamlText.quoted(String.valueOf(csv.delimiter())));
      }
      if (!csv.header()) {
        settings.add("header: false");
      }
      if (csv.quote() != '"') {
        settings.add("quote: " + YamlText.quoted(String.valueOf(csv.quote())));
      }
      if (csv.escape() != SourceSpec.Csv.NONE) {
        settings.add("escape: " + YamlText.quoted(String.valueOf(csv.escape())));
      }
      if (csv.skipLines() > 0) {
        settings.add("skip_lines: " + csv.skipLines());
      }
      if (!csv.charset().equals("UTF-8")) {
        settings.add("encoding: " + csv.charset());
      }
      if (!csv.nullValue().isEmpty()) {
        settings.add("null_value: " + YamlText.quoted(csv.nullValue()));
      }
    }
    if (format instanceof SourceSpec.Json json) {
      if (json.multiLine()) {
        settings.add("multi_line: true");
      }
      if (json.keepsJson()) {
        settings.add("strings: keep_json");
      }
    }
    return settings.isEmpty()
        ? format.name()
        : "{" + format.name() + ": {" + String.join(", ", settings) + "}}";
  }

  private void rename(StringBuilder text) {
    if (!hasNames()) {
      return;
    }
    List<String> renamed = new ArrayList<>();
    for (SampledColumn column : sample.columns()) {
      if (!column.inData().equals(column.name())) {
        renamed.add(
            "      "
                + YamlText.quoted(column.inData())
                + ": "
                + YamlText.quotedUnlessPlain(column.name())
                + "\n");
      }
    }
    if (!renamed.isEmpty()) {
      text.append("    # Names that a table cannot have, or has already.\n    rename:\n");
      renamed.forEach(text::append);
    }
  }

  /** True when records have names, which columns may not have. */
  private boolean hasNames() {
    return !(sample.format() instanceof SourceSpec.Csv csv && !csv.header())
        && !(sample.format() instanceof SourceSpec.Text);
  }

  private String query() {
    StringBuilder text = new StringBuilder();
    text.append("-- One row a record, with its columns. Leave out what nobody needs.\nSELECT\n");
    List<SampledColumn> columns = sample.columns();
    for (int i = 0; i < columns.size(); i++) {
      SampledColumn column = columns.get(i);
      if (!column.remark().isEmpty()) {
        text.append("  -- ").append(remark(column)).append('\n');
      }
      text.append("  ")
          .append(SqlText.name(column.name()))
          .append(i + 1 < columns.size() ? ",\n" : "\n");
    }
    return text.append("FROM ").append(bronze()).append('\n').toString();
  }

  private static String remark(SampledColumn column) {
    return YamlText.comment(column.remark().replace("...", SqlText.name(column.name())));
  }

  private String expectations() {
    StringBuilder text = new StringBuilder();
    text.append("# What a row of ")
        .append(table)
        .append(" must be. A row passes a rule when its condition is TRUE: NULL is a violation.\n")
        .append("# In ")
        .append(looked())
        .append(" no row breaks one. Whether those to come have to is for you to say.\n");
    for (ProposedRule rule : rules) {
      text.append("\n# Of ")
          .append(SampleProposal.count(sample.rows().size(), "row"))
          .append(" looked at: ")
          .append(YamlText.comment(rule.seen()))
          .append(".\n")
          .append(rule.name())
          .append(":\n  expect: ")
          .append(YamlText.quoted(rule.condition()))
          .append("\n  on_violation: quarantine\n");
    }
    return text.toString();
  }

  private String tests() {
    List<SampledColumn> columns = tested();
    List<Map<String, String>> rows = testedRows(columns);
    StringBuilder text = new StringBuilder();
    text.append("# Records of the data, and the rows that they become.\ntests:\n")
        .append("  records become rows:\n    given:\n      ")
        .append(source())
        .append(rows.isEmpty() ? ": []\n" : ":\n");
    for (Map<String, String> row : rows) {
      entries(text, columns, row, hasNames());
    }
    text.append("    expect:\n      ").append(table).append(rows.isEmpty() ? ": []\n" : ":\n");
    for (Map<String, String> row : rows) {
      entries(text, columns, row, false);
    }
    if (!rules.isEmpty()) {
      text.append("      ").append(table).append("_quarantine: []\n");
    }
    return text.toString();
  }

  private static void entries(
      StringBuilder text, List<SampledColumn> columns, Map<String, String> row, boolean inData) {
    String before = "        - ";
    for (SampledColumn column : columns) {
      String value = row.get(column.name());
      if (inData && value.equals("null")) {
        continue; // what is not there is not given
      }
      text.append(before)
          .append(YamlText.quotedUnlessPlain(inData ? column.inData() : column.name()))
          .append(": ")
          .append(value)
          .append('\n');
      before = "          ";
    }
  }

  /** The first columns, and those that rules need. */
  private List<SampledColumn> tested() {
    Set<String> needed = ProposedRule.columnsOf(rules);
    Set<String> chosen = new LinkedHashSet<>(needed);
    for (SampledColumn column : sample.columns()) {
      if (chosen.size() < TESTED_COLUMNS && !column.type().equals(Primitive.BINARY)) {
        chosen.add(column.name());
      }
    }
    return sample.columns().stream().filter(column -> chosen.contains(column.name())).toList();
  }

  /** Rows whose values a test can write down, each with another look. */
  private List<Map<String, String>> testedRows(List<SampledColumn> columns) {
    List<Map<String, String>> rows = new ArrayList<>();
    Set<Map<String, String>> seen = new HashSet<>();
    for (SampleReader.Row row : sample.rows()) {
      Map<String, String> texts = new LinkedHashMap<>();
      for (SampledColumn column : columns) {
        Optional<String> value = YamlText.value(row.values().get(column.name()));
        if (value.isPresent() && value.get().length() <= LONGEST_VALUE) {
          texts.put(column.name(), value.get());
        }
      }
      boolean isSomething = texts.values().stream().anyMatch(value -> !value.equals("null"));
      if (isSomething && texts.size() == columns.size() && seen.add(texts)) {
        rows.add(texts);
      }
      if (rows.size() == TESTED_ROWS) {
        break;
      }
    }
    return rows;
  }
}
