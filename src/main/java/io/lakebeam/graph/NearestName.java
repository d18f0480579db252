package io.lakebeam.graph;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody most likely meant to type. */
public final class NearestName {
  /** Nobody mistypes longer names by a letter or two, and comparing takes quadratic time. */
  private static final int LONGEST = 100;

  private static final int MOST = 1000;

  private NearestName() {}

  /**
   * The candidate nearest to a name, ignoring case; empty when none is near enough to be more help
   * than noise: at most a third of its letters may differ. Equally near ones: the first counts.
   */
  public static Optional<String> among(String name, Collection<String> candidates) {
    String typed = name.toLowerCase(Locale.ROOT);
    String nearest = null;
    int least = Integer.MAX_VALUE;
    if (typed.length() > LONGEST) {
      return Optional.empty();
    }
    int looked = 0;
    for (String candidate : candidates) {
      if (++looked > MOST) {
        break;
      }
      if (candidate.length() > LONGEST) {
        continue;
      }
      int distance = distance(typed, candidate.toLowerCase(Locale.ROOT));
      int allowed = Math.max(typed.length(), candidate.length()) / 3;
      if (distance <= allowed && distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /** {@code "did you mean x? "}, or nothing: the opening of a fix. */
  public static String question(String name, Collection<String> candidates) {
    return among(name, candidates).map(near -> "did you mean " + near + "? ").orElse("");
  }

  /** Letters to insert, leave out, replace or swap with their neighbour. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + change, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
