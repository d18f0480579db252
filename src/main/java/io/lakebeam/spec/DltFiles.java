package io.lakebeam.spec;

import io.lakebeam.graph.Limits;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.DltFile;
import io.lakebeam.spec.dlt.DltStatement;
import io.lakebeam.spec.dlt.Findings;
import io.lakebeam.spec.dlt.SourceText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Reads the SQL files that {@code dlt_sql:} names. */
final class DltFiles implements Findings {
  /** Settings of a session that a run does not have. */
  private static final String OF_SESSION = "spark.", OF_PIPELINE = "pipelines.";

  private final Reading reading;

  DltFiles(Reading reading) {
    this.reading = reading;
  }

  @Override
  public void problem(Problem problem) {
    reading.problems().add(problem);
  }

  @Override
  public void note(Problem note) {
    if (reading.notes().size() < Limits.PROBLEMS) {
      reading.notes().add(note);
    }
  }

  /** The statements of all files, in the order of the list and of the files' names. */
  List<DltStatement> statements(YamlNode list) {
    Map<Path, String> texts = new LinkedHashMap<>();
    for (YamlNode item : Reading.items(Optional.of(list))) {
      Optional<YamlNode.Scalar> pattern = Reading.scalar(item);
      for (Path file : pattern.map(reading.files()::matching).orElse(List.of())) {
        if (!texts.containsKey(file)) {
          reading.files().read(file, item.at()).ifPresent(text -> texts.put(file, text));
        }
      }
    }
    Substitution values = reading.substitution(settings(texts));
    List<DltStatement> statements = new ArrayList<>();
    texts.forEach(
        (file, text) -> {
          String shown = reading.files().shown(file);
          ScalarPlace place = new ScalarPlace(shown, 1, 1, text);
          UnaryOperator<String> replace = t -> values.telling(t, place::at, reading.problems());
          statements.addAll(DltFile.read(new SourceText(shown, text, replace.apply(text)), this));
        });
    reading.statements().addAll(statements);
    return statements;
  }

  /** What {@code SET} statements set, wherever they stand: a later one wins. */
  private Map<String, String> settings(Map<Path, String> texts) {
    Map<String, String> settings = new LinkedHashMap<>();
    texts.forEach(
        (file, text) -> {
          SourceText source = new SourceText(reading.files().shown(file), text, text);
          for (DltStatement statement : DltFile.read(source, SILENT)) {
            if (statement instanceof DltStatement.Setting set) {
              settings.put(set.key(), set.value());
              if (set.key().startsWith(OF_SESSION) || set.key().startsWith(OF_PIPELINE)) {
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
    return settings;
  }

  /** What statements make and where they stand. */
  static List<PipelineDraft.Statement> outline(List<DltStatement> statements) {
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

  private static final Findings SILENT =
      new Findings() {
        @Override
        public void problem(Problem problem) {}

        @Override
        public void note(Problem note) {}
      };
}
