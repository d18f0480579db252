package io.lakebeam.spec;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.graph.Limits;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.VisibleText;
import io.lakebeam.spec.project.ProjectFiles;
import io.lakebeam.spec.secret.LiteralSecrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Problems as a user reads them: causes first, what they cause behind them, each with the line it
 * stands in.
 *
 * <pre>
 * pipelines/airlines/pipeline.yaml:12:5: there is no key formt in sources.flights
 *     12 |     formt: json
 *        |     ^
 *   fix: did you mean format? the keys here are ...
 * </pre>
 *
 * <p>Secrets that are written out in a line are blacked out.
 */
public final class ProblemReport {
  private static final int LONGEST_LINE = 160;

  /** Longer ones are no text for people, and looking for secrets in them takes its time. */
  private static final int LONGEST_FILE_LINE = 5000;

  private final List<Problem> causes;
  private final List<Problem> downstream;
  private final int more;
  private final Path workingDirectory;
  private final Map<String, List<String>> lines = new HashMap<>();

  /**
   * @param workingDirectory what the problems' files are relative to
   */
  public ProblemReport(List<Problem> problems, Path workingDirectory) {
    List<Problem> shown = problems.subList(0, Math.min(problems.size(), Limits.PROBLEMS));
    this.causes = shown.stream().filter(problem -> !problem.isDownstream()).toList();
    this.downstream = shown.stream().filter(Problem::isDownstream).toList();
    this.more = problems.size() - shown.size();
    this.workingDirectory = workingDirectory;
  }

  /** Plain text, ending with a line break. */
  public String text() {
    StringBuilder text = new StringBuilder();
    causes.forEach(problem -> append(problem, text));
    if (!downstream.isEmpty()) {
      text.append("because of ").append(causes.isEmpty() ? "others" : "these").append(":\n\n");
      downstream.forEach(problem -> append(problem, text));
    }
    return text.append(summary()).append('\n').toString();
  }

  private String summary() {
    int all = causes.size() + downstream.size();
    String count = all == 1 ? "1 problem" : all + " problems";
    if (more > 0) {
      return count + ", and " + more + " more that are told once these are mended";
    }
    return downstream.isEmpty()
        ? count
        : count + ", " + downstream.size() + " of them because of others";
  }

  private void append(Problem problem, StringBuilder text) {
    text.append(VisibleText.line(problem.at().toString())).append(": ");
    text.append(indented(problem.problem())).append('\n');
    sourceLine(problem.at()).ifPresent(line -> appendLine(problem.at(), line, text));
    if (problem.isDownstream()) {
      text.append("  because of: ").append(String.join(", ", problem.causedBy())).append('\n');
    }
    problem.explanation().forEach(line -> text.append("  ").append(indented(line)).append('\n'));
    text.append('\n');
  }

  /** What has several lines cannot be taken for a problem of its own. */
  private static String indented(String text) {
    return VisibleText.lines(text).replace("\n", "\n    ");
  }

  private static void appendLine(SourceLocation at, String line, StringBuilder text) {
    String shown = VisibleText.ofSameLength(LiteralSecrets.masked(line), '?');
    String number = String.format("%6d | ", at.line());
    int column = caret(at.column(), line, shown);
    // Of a very long line, the part around the caret.
    int from = column > LONGEST_LINE - 20 ? column - LONGEST_LINE / 2 : 0;
    int to = Math.min(shown.length(), from + LONGEST_LINE);
    String part = shown.substring(Math.min(from, to), to);
    text.append(number).append(part.stripTrailing()).append('\n');
    if (column > 0) {
      String before = part.substring(0, Math.min(part.length(), column - 1 - from));
      text.append(" ".repeat(number.length() - 2))
          .append("| ")
          .append(before.replaceAll("[^\t]", " "))
          .append("^\n");
    }
  }

  /** The 1-based column for the caret, 0 for none: not behind what was blacked out. */
  private static int caret(int column, String line, String shown) {
    int same = 0;
    while (same < Math.min(line.length(), shown.length())
        && line.charAt(same) == shown.charAt(same)) {
      same++;
    }
    return line.equals(shown) ? Math.min(column, line.length() + 1) : Math.min(column, same + 1);
  }

  private Optional<String> sourceLine(SourceLocation at) {
    if (at.line() < 1) {
      return Optional.empty();
    }
    List<String> file = lines.computeIfAbsent(at.file(), this::read);
    if (at.line() > file.size()) {
      return Optional.empty();
    }
    if (file.get(at.line() - 1).length() > LONGEST_FILE_LINE) {
      return Optional.empty();
    }
    return Optional.of(isInsideSecret(file, at.line() - 1) ? "****" : file.get(at.line() - 1));
  }

  /** True for the second and further lines of a value that may be a secret. */
  private static boolean isInsideSecret(List<String> file, int index) {
    int indent = indent(file.get(index));
    for (int above = index - 1; above >= 0; above--) {
      String line = file.get(above);
      if (!line.isBlank() && indent(line) < indent) {
        return line.length() > LONGEST_FILE_LINE || LiteralSecrets.opensSecret(line);
      }
    }
    return false;
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  /** No lines for what is not there or cannot be read: the problem itself says more about it. */
  private List<String> read(String file) {
    try {
      Path path = workingDirectory.resolve(file);
      // Whoever found the problem has read the file: as one, and within its bounds.
      if (!Files.isRegularFile(path) || Files.size(path) > ProjectFiles.MOST_BYTES) {
        return List.of();
      }
      byte[] bytes = Files.readAllBytes(path);
      String text = new String(bytes, StandardCharsets.UTF_8);
      return (text.startsWith("\uFEFF") ? text.substring(1) : text).lines().toList();
    } catch (IOException | InvalidPathException e) {
      return List.of();
    }
  }

  /** A JSON array of objects, in the order of {@link #text}. */
  public String json() {
    ObjectMapper mapper = new ObjectMapper();
    ArrayNode array = mapper.createArrayNode();
    causes.forEach(problem -> array.add(object(problem, mapper)));
    downstream.forEach(problem -> array.add(object(problem, mapper)));
    if (more > 0) {
      String last = more + " more problems are told once these are mended";
      SourceLocation at = causes.isEmpty() ? downstream.get(0).at() : causes.get(0).at();
      array.add(object(new Problem(SourceLocation.of(at.file()), last, "", ""), mapper));
    }
    return array.toPrettyString();
  }

  private static ObjectNode object(Problem problem, ObjectMapper mapper) {
    ObjectNode object = mapper.createObjectNode();
    ProblemJson.write(problem, object);
    if (!problem.isDownstream()) {
      object.putArray("caused_by");
    }
    return object;
  }
}
