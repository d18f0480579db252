import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What to take of the libraries, and how: relocation.txt, whose head says what a line means. */
final class Rules {
  /** What becomes of a class. */
  enum Kind {
    ROOT,
    WHOLE,
    HOLLOW
  }

  /** Holds for the names that begin like this, or for this one if it ends in a semicolon. */
  private record Rule(Kind kind, String name) {
    boolean isOf(String type) {
      return name.endsWith(";") ? name.equals(type + ";") : type.startsWith(name);
    }
  }

  private final List<Rule> rules = new ArrayList<>();
  private final List<String> kept = new ArrayList<>();
  private final List<Pattern> resources = new ArrayList<>();
  private final Map<String, String> answers = new TreeMap<>();
  private final Map<String, Path> licences = new TreeMap<>();
  private final Map<String, String> onClusters = new TreeMap<>();

  private final List<Exchange> exchanges = new ArrayList<>();

  /** In classes whose names begin so, one type stands for another. */
  record Exchange(String within, String type, String other) {}

  private Rules() {}

  static Rules of(Path file) throws IOException {
    Rules rules = new Rules();
    for (String line : Files.readAllLines(file)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        rules.add(line);
      }
    }
    return rules;
  }

  private void add(String line) {
    String[] words = line.strip().split("\\s+");
    switch (words.length + words[0]) {
      case "2root" -> rules.add(new Rule(Kind.ROOT, words[1]));
      case "2whole" -> rules.add(new Rule(Kind.WHOLE, words[1]));
      case "2hollow" -> rules.add(new Rule(Kind.HOLLOW, words[1]));
      case "2resource" -> resources.add(Pattern.compile(words[1]));
      case "2answer" -> answers.put(words[1], "");
      case "3answer" -> answers.put(words[1], words[2]);
      case "2kept" -> kept.add(words[1]);
      case "3licence" -> licences.put(words[1], Path.of(words[2]));
      case "4instead" -> exchanges.add(new Exchange(words[1], words[2], words[3]));
      case "3cluster" -> onClusters.put(words[1], words[2]);
      default -> throw new IllegalArgumentException("no rule: " + line);
    }
  }

  /** The longest name wins; what has none is not wanted. */
  Kind kindOf(String type) {
    return rules.stream()
        .filter(rule -> rule.isOf(type))
        .max(Comparator.comparingInt(rule -> rule.name().length()))
        .map(Rule::kind)
        .orElse(Kind.HOLLOW);
  }

  /** Whether a class is there under its own name too. */
  boolean isKept(String type) {
    return kept.stream().anyMatch(type::startsWith);
  }

  boolean isWanted(String resource) {
    return resources.stream().anyMatch(wanted -> wanted.matcher(resource).matches());
  }

  List<Exchange> exchanges() {
    return exchanges;
  }

  /** What a method answers at once, if it does; empty for null or false. */
  Optional<String> answerOf(String type, String method) {
    return Optional.ofNullable(answers.get(type + "." + method));
  }

  /** The text of the licence of a library that has none in its jar; the longest name wins. */
  Optional<Path> licenceOf(String library) {
    return licences.keySet().stream()
        .filter(library::startsWith)
        .max(Comparator.comparingInt(String::length))
        .map(licences::get);
  }

  /** Packages of other libraries, and what the jar for clusters calls them. */
  Map<String, String> onClusters() {
    return onClusters;
  }
}
