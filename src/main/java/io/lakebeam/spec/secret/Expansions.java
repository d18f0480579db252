package io.lakebeam.spec.secret;

import io.lakebeam.graph.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the environment has put into a pipeline's files. Problems are told in the words of the
 * files: whoever reads them need not be who has set the variables.
 *
 * <p>A value that stands as a whole in a text becomes its {@code ${NAME}} again. Of values that a
 * message shows in part, {@value #PIECE} characters in a row are blacked out wherever they stand,
 * and every word in what is told of the place that the value was put into. What stands in the files
 * anyway is no secret, and stays.
 */
public final class Expansions {
  /** Shorter values are switches and numbers, and would black out half of a message. */
  private static final int LEAST = 4;

  private static final int PIECE = 8;
  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}_]++");

  /** Values are at most a line; what is beyond this is looked at in pieces no more. */
  private static final int LONGEST = 20_000;

  /** Parts of values that are the same for everybody, and that messages speak of. */
  private static final String PUBLIC =
      "/volumes/ /workspace/ /dbfs/ dbfs:/\n"
          + "abfss://container@account.dfs.core.windows.net/folder\n"
          + "abfss://lake@account.dfs.core.windows.net/folder\n";

  private record Place(String file, int from, int to, String value) {}

  private final Map<String, String> names = new LinkedHashMap<>();
  private final List<Place> places = new ArrayList<>();
  private final StringBuilder written = new StringBuilder(PUBLIC);

  /**
   * A variable that was asked for and is set. One whose name says that it holds a secret is hidden
   * in all that this JVM says: a pipeline that puts it where no secret belongs is not followed.
   */
  public void expanded(String name, String value) {
    names.putIfAbsent(value, name);
    if (Secrets.isNamedAsOne(name)) {
      KnownSecrets.remember(value, "${" + name + "}");
    }
  }

  /** The lines of a file that a value was put into. */
  public void putInto(String file, int from, int to, String value) {
    places.add(new Place(file, from, to, value));
  }

  /** A text that the reader of the problems has at hand. */
  public void written(String text) {
    written.append(text.toLowerCase(Locale.ROOT)).append('\n');
  }

  /** The problems without values of the environment. */
  public List<Problem> hidden(List<Problem> problems) {
    if (names.isEmpty()) {
      return problems;
    }
    String known = written.toString();
    Set<String> pieces = pieces(known);
    return problems.stream().map(problem -> hidden(problem, known, pieces)).toList();
  }

  /** A text without values of the environment. */
  public String hidden(String text) {
    String known = written.toString();
    return names.isEmpty() ? text : hidden(text, known, pieces(known), Set.of());
  }

  private Problem hidden(Problem problem, String known, Set<String> pieces) {
    Set<String> words = new HashSet<>();
    for (Place place : places) {
      int line = problem.at().line();
      if (place.file().equals(problem.at().file()) && place.from() <= line && line <= place.to()) {
        for (String word : NO_WORD.split(place.value(), -1)) {
          String lower = word.toLowerCase(Locale.ROOT);
          if (lower.length() > 2 && !known.contains(lower)) {
            words.add(lower);
          }
        }
      }
    }
    return problem.inOtherWords(text -> hidden(text, known, pieces, words));
  }

  private String hidden(String text, String known, Set<String> pieces, Set<String> words) {
    String shown = text;
    for (Map.Entry<String, String> value : names.entrySet()) {
      String found = value.getKey();
      if (found.length() >= LEAST && !known.contains(found.toLowerCase(Locale.ROOT))) {
        shown = shown.replace(found, "${" + value.getValue() + "}");
      }
    }
    String lower = shown.toLowerCase(Locale.ROOT);
    if (lower.length() != shown.length()) {
      return lower.equals(shown) ? shown : hiddenPieces(lower, lower, pieces, words);
    }
    return hiddenPieces(shown, lower, pieces, words);
  }

  private static String hiddenPieces(
      String text, String lower, Set<String> pieces, Set<String> words) {
    boolean[] hide = new boolean[text.length()];
    for (int i = 0; i + PIECE <= lower.length(); i++) {
      if (pieces.contains(lower.substring(i, i + PIECE))) {
        Arrays.fill(hide, i, i + PIECE, true);
      }
    }
    for (String word : words) {
      for (int i = lower.indexOf(word); i >= 0; i = lower.indexOf(word, i + 1)) {
        Arrays.fill(hide, i, i + word.length(), true);
      }
    }
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < hide.length; i++) {
      if (!hide[i]) {
        shown.append(text.charAt(i));
      } else if (i == 0 || !hide[i - 1]) {
        shown.append("***");
      }
    }
    return shown.toString();
  }

  /** Of the values, what does not stand in the files. */
  private Set<String> pieces(String known) {
    Set<String> pieces = new HashSet<>();
    for (String value : names.keySet()) {
      String lower = value.toLowerCase(Locale.ROOT);
      for (int i = 0; i + PIECE <= Math.min(lower.length(), LONGEST); i++) {
        pieces.add(lower.substring(i, i + PIECE));
      }
    }
    for (int i = 0; !pieces.isEmpty() && i + PIECE <= known.length(); i++) {
      pieces.remove(known.substring(i, i + PIECE));
    }
    return pieces;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Expansions expansions
        && names.equals(expansions.names)
        && places.equals(expansions.places);
  }

  @Override
  public int hashCode() {
    return Objects.hash(names, places);
  }
}
