package io.lakebeam.scaffold;

import io.lakebeam.graph.Limits;
import io.lakebeam.graph.VisibleText;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Names for columns: those of the data, changed only where a table or a file cannot have them. */
final class ProposedNames {
  /** Leaves room for what stands before and behind it in names of rules. */
  private static final int LONGEST = Limits.NAME_CHARACTERS / 2;

  private final Set<String> taken = new HashSet<>();

  /** The column of a name in the data; each answer is another one, whatever its case. */
  String of(String inData) {
    String visible = VisibleText.ofSameLength(inData.strip(), '_');
    String name = visible.replaceAll("[\\s,;{}()=`$\\uFFFD]+", "_").replaceAll("^_+", "");
    name = name.replaceAll("(?<=.)_+$", "");
    if (name.length() > LONGEST) {
      name = name.substring(0, name.offsetByCodePoints(0, name.codePointCount(0, LONGEST) - 1));
    }
    if (name.isEmpty()) {
      return next("column", "column_");
    }
    return taken.add(name.toLowerCase(Locale.ROOT)) ? name : next(name, name + "_");
  }

  /** The column in a place, from 1, of records that name none. */
  String ofPlace(int place) {
    String name = "column_" + place;
    return taken.add(name) ? name : next(name, name + "_");
  }

  private String next(String name, String prefix) {
    int number = name.equals("column") ? 1 : 2;
    while (!taken.add((prefix + number).toLowerCase(Locale.ROOT))) {
      number++;
    }
    return prefix + number;
  }

  /** Whether one of the words that a name is made of is one of these. */
  static boolean hasWord(String name, Set<String> words) {
    return Arrays.stream(name.split("[^\\p{L}]+|(?<=\\p{Ll})(?=\\p{Lu})"))
        .map(word -> word.toLowerCase(Locale.ROOT))
        .anyMatch(words::contains);
  }

  /** A name of letters that every file can have, such as one of a rule or a table. */
  static String plain(String text) {
    String letters = Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
    return letters.replaceAll("[^A-Za-z0-9_]+", "_").replaceAll("^_+|_+$", "");
  }
}
