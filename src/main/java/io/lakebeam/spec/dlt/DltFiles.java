package io.lakebeam.spec.dlt;

import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.PipelineDraft;
import io.lakebeam.spec.Reading;
import io.lakebeam.spec.yaml.ScalarPlace;
import io.lakebeam.spec.yaml.Substitution;
import io.lakebeam.spec.yaml.YamlNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the SQL files that {@code dlt_sql:} names. */
public final class DltFiles implements Findings {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{[A-Za-z0-9_.]+");

  private final Reading reading;
  private final boolean keepsReferences;
  private final Map<String, String> settings = new LinkedHashMap<>();

  /** References are replaced. */
  public DltFiles(Reading reading) {
    this(reading, false);
  }

  private DltFiles(Reading reading, boolean keepsReferences) {
    this.reading = reading;
    this.keepsReferences = keepsReferences;
  }

  /** References stay, and their names have {@code _} for every dot, as those of parameters. */
  public static DltFiles keepingReferences(Reading reading) {
    return new DltFiles(reading, true);
  }

  @Override
  public void problem(Problem problem) {
    reading.problems().add(problem);
  }

  @Override
  public void note(Problem note) {
    reading.note(note);
  }

  /** The statements of all files, in the order of the list and of the files' names. */
  public List<DltStatement> statements(YamlNode list) {
    Map<Path, String> texts = new LinkedHashMap<>();
    for (YamlNode item : Reading.items(Optional.of(list))) {
      Optional<YamlNode.Scalar> pattern = Reading.scalar(item);
      for (Path file : pattern.map(reading.files()::matching).orElse(List.of())) {
        if (!texts.containsKey(file)) {
          reading.files().read(file, item.at()).ifPresent(text -> texts.put(file, text));
        }
      }
    }
    readSettings(texts);
    Substitution values = reading.substitution(settings);
    List<DltStatement> statements = new ArrayList<>();
    texts.forEach(
        (file, text) -> {
          String shown = reading.files().shown(file);
          ScalarPlace place = new ScalarPlace(shown, 1, 1, text);
          String replaced =
              keepsReferences
                  ? plainNames(text)
                  : values.telling(text, place::at, reading.problems());
          statements.addAll(DltFile.read(new SourceText(shown, text, replaced), this));
        });
    reading.statements().addAll(statements);
    return statements;
  }

  private static String plainNames(String text) {
    return REFERENCE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(found.group().replace('.', '_')));
  }

  /** What the files set themselves, by names that parameters may have. */
  public Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    settings.forEach(
        (name, value) -> {
          if (!isOfSession(name)) {
            parameters.put(name.replace('.', '_'), plainNames(value));
          }
        });
    return parameters;
  }

  private static boolean isOfSession(String setting) {
    return setting.startsWith("spark.") || setting.startsWith("pipelines.");
  }

  /** What {@code SET} statements set, wherever they stand: a later one wins. */
  private void readSettings(Map<Path, String> texts) {
    texts.forEach(
        (file, text) -> {
          SourceText source = new SourceText(reading.files().shown(file), text, text);
          for (DltStatement statement : DltFile.read(source, Findings.SILENT)) {
            if (statement instanceof DltStatement.Setting set) {
              settings.put(set.key(), set.value());
              if (isOfSession(set.key())) {
                note(
                    new Problem(
                        set.at(),
                        "the setting " + set.key() + " is passed over",
                        "there is no Spark session to set it in",
                        ""));
              }
            }
          }
        });
  }

  /** What statements make and where they stand. */
  public static List<PipelineDraft.Statement> outline(List<DltStatement> statements) {
    List<PipelineDraft.Statement> outline = new ArrayList<>();
    for (DltStatement statement : statements) {
      SourceLocation at = statement.at();
      int last = statement.lastLine();
      if (statement instanceof DltStatement.Create create) {
        outline.add(
            new PipelineDraft.Statement(create.name().toString(), create.kind().said(), at, last));
      } else if (statement instanceof DltStatement.Flow flow) {
        outline.add(new PipelineDraft.Statement(flow.name(), "a flow", at, last));
      } else if (statement instanceof DltStatement.Refused refused) {
        String name = refused.target().map(String::valueOf).orElse("");
        outline.add(new PipelineDraft.Statement(name, "a statement", at, last));
      }
    }
    return outline;
  }
}
