package io.lakebeam.delta.view;

import io.lakebeam.sql.catalyst.Engine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The fingerprint of all that a view's rows depend on but for the rows of its tables. Its table has
 * it as a property; a view whose definition is another one by now is computed anew.
 */
final class ViewDefinition {
  static final String PROPERTY = "lakebeam.query";

  /** In place of the definition when somebody wants the view anew. */
  static final String ASKED = "asked for";

  /** States are Spark's own, and another Spark may read them otherwise. */
  private static final String ENGINE = "spark-" + Engine.version() + " ";

  /** Between the fingerprint of a query and that of what it looks rows up in. */
  private static final String LOOKED_UP = " looks up ";

  private ViewDefinition() {}

  /**
   * Of a query.
   *
   * @param lookedUp tells two states of reference files apart; empty when there are none
   */
  static String of(String query, String lookedUp) {
    return ENGINE + sha256(query) + (lookedUp.isEmpty() ? "" : LOOKED_UP + sha256(lookedUp));
  }

  /** Why a view is computed anew, as the end of a sentence; empty when they are the same. */
  static String why(String then, String now) {
    if (then.equals(now)) {
      return "";
    }
    if (then.equals(ASKED)) {
      return "somebody has asked for it";
    }
    if (!then.startsWith(ENGINE)) {
      return "another version of Lakebeam has computed it, and SQL may mean something else there";
    }
    if (!now.contains(LOOKED_UP) || !ofQuery(then).equals(ofQuery(now))) {
      return "its query has changed";
    }
    return then.contains(LOOKED_UP)
        ? "a reference file that it looks rows up in has changed"
        : "nothing says which reference files it was computed with";
  }

  /** The part of a fingerprint that says nothing of what is looked up. */
  private static String ofQuery(String definition) {
    int end = definition.indexOf(LOOKED_UP);
    return end < 0 ? definition : definition.substring(0, end);
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
