package io.lakebeam.powerbi;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The columns and measures that an expression in DAX names; texts and comments are passed over. */
final class DaxReferences {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\"(?:[^\"]|\"\")*+\"|//[^\\n]*+|--[^\\n]*+|/\\*(?:[^*]|\\*(?!/))*+\\*/"
              + "|(?:'(?<quoted>(?:[^']|'')*+)'|(?<plain>[A-Za-z_][A-Za-z0-9_]*+))?"
              + "\\[(?<name>(?:[^\\]]|\\]\\])*+)\\]"
              + "|'(?<table>(?:[^']|'')*+)'|[A-Za-z_][A-Za-z0-9_]*+");

  /**
   * A name in an expression.
   *
   * @param table empty where none stands before the brackets
   * @param name of a column or measure; empty where a table stands alone
   */
  record Reference(String table, String name) {}

  private DaxReferences() {}

  static List<Reference> in(String dax) {
    List<Reference> references = new ArrayList<>();
    Matcher token = TOKEN.matcher(dax);
    while (token.find()) {
      if (token.group("name") != null) {
        String quoted = token.group("quoted");
        String plain = token.group("plain");
        String table = quoted != null ? quoted.replace("''", "'") : plain != null ? plain : "";
        references.add(new Reference(table, token.group("name").replace("]]", "]")));
      } else if (token.group("table") != null) {
        references.add(new Reference(token.group("table").replace("''", "'"), ""));
      }
    }
    return references;
  }
}
