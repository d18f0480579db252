package io.lakebeam.graph;

import io.lakebeam.graph.SchemaDdlException.DdlError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Reads schemas written as Spark SQL writes them: {@code id BIGINT NOT NULL COMMENT 'of the order',
 * tags ARRAY<STRING>, seat STRUCT<`row`: INT, letter STRING>}.
 *
 * <p>Names differ when case is ignored; one with other characters than letters, digits and _ stands
 * in back-ticks. {@code DECIMAL} alone is {@code DECIMAL(10,0)}, as in Spark. Keywords are read in
 * any case. An error in a column does not keep the columns behind it from being checked.
 */
public final class SchemaDdl {
  /** Characters that Delta refuses in the names of columns. */
  private static final String REFUSED_IN_NAMES = " ,;{}()\n\t=";

  private final List<DdlError> errors = new ArrayList<>();
  private final List<DdlToken> tokens;
  private int next;

  private SchemaDdl(String ddl) {
    tokens = DdlToken.of(ddl, errors);
  }

  /**
   * The columns that a DDL schema declares.
   *
   * @throws SchemaDdlException with everything that is wrong with it
   */
  public static TableSchema parse(String ddl) {
    SchemaDdl parser = new SchemaDdl(ddl);
    List<Column> columns = parser.columns();
    if (!parser.errors.isEmpty()) {
      throw new SchemaDdlException(
          parser.errors.stream()
              .sorted((a, b) -> Integer.compare(a.offset(), b.offset()))
              .toList());
    }
    return new TableSchema(columns);
  }

  /** The type that a DDL type, such as {@code DECIMAL(10, 2)}, means. */
  public static DataType parseType(String ddl) {
    SchemaDdl parser = new SchemaDdl(ddl);
    try {
      DataType type = new DdlTypes(parser).type();
      parser.expect(DdlToken.Kind.END, "the type ends here");
      if (parser.errors.isEmpty()) {
        return type;
      }
    } catch (Refused refused) {
      parser.errors.add(refused.error);
    }
    throw new SchemaDdlException(parser.errors);
  }

  private List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    if (peek().kind() == DdlToken.Kind.END && errors.isEmpty()) {
      errors.add(
          new DdlError(
              0, "the schema has no columns", "", "write for example: id BIGINT, name STRING"));
    }
    while (peek().kind() != DdlToken.Kind.END) {
      int start = next;
      try {
        DdlToken name = peek();
        Column column = column(names, new DdlTypes(this), SchemaDdl::renamed);
        if (HiddenColumns.isReserved(column.name())) {
          throw new Refused(
              name,
              "a column may not be named " + column.name(),
              "names that start with _ belong to Lakebeam's own columns",
              renamed(column.name()));
        }
        columns.add(column);
        if (peek().kind() != DdlToken.Kind.END) {
          expectSign(",", "columns are separated by commas");
        }
      } catch (Refused refused) {
        errors.add(refused.error);
        skipToNextColumn(start);
      }
    }
    return columns;
  }

  /** What to do about a column's name that is refused. */
  private static String renamed(String name) {
    String suggestion =
        name.replaceAll("[" + REFUSED_IN_NAMES + "_]+", "_").replaceAll("^_|_$", "");
    String column = suggestion.isEmpty() ? "another_name" : suggestion;
    return "name it "
        + column
        + " here; when the data calls it so, add rename: {\""
        + name.replace("\n", "\\n").replace("\t", "\\t")
        + "\": "
        + column
        + "} beside the schema";
  }

  /** A field of a struct; {@code names} holds those that stand before it. */
  Column field(Set<String> names, DdlTypes types) {
    return column(
        names,
        types,
        name ->
            "leave it out, then it is kept in _rescued; or declare the whole struct as a STRING with"
                + " format: {json: {strings: keep_json}}");
  }

  private Column column(Set<String> names, DdlTypes types, UnaryOperator<String> fix) {
    DdlToken name = take();
    if (name.kind() != DdlToken.Kind.WORD && name.kind() != DdlToken.Kind.QUOTED_NAME) {
      throw new Refused(
          name,
          "a column's name is expected, not " + name.shown(),
          "",
          "write for example: id BIGINT, name STRING");
    }
    checkName(name, names, fix);
    takeIf(":");
    DataType type = types.type();
    boolean nullable = true;
    if (peek().isWord("NOT")) {
      take();
      DdlToken word = take();
      if (!word.isWord("NULL")) {
        throw new Refused(word, "NULL is expected after NOT", "", "write NOT NULL");
      }
      nullable = false;
    }
    String comment = "";
    if (peek().isWord("COMMENT")) {
      take();
      comment = expect(DdlToken.Kind.TEXT, "a comment stands in quotes").text();
    }
    return new Column(name.text(), type, nullable, comment);
  }

  /** True for names that Delta takes for a column, without column mapping. */
  public static boolean isColumnName(String name) {
    return !name.isBlank() && name.chars().noneMatch(c -> REFUSED_IN_NAMES.indexOf(c) >= 0);
  }

  private void checkName(DdlToken name, Set<String> names, UnaryOperator<String> fix) {
    if (!isColumnName(name.text())) {
      throw new Refused(
          name,
          "a column may not be named '" + name.text() + "'",
          "Delta refuses empty names and the characters blank , ; { } ( ) = tab and line break",
          fix.apply(name.text()));
    }
    if (!names.add(name.text().toLowerCase(Locale.ROOT))) {
      throw new Refused(
          name,
          "two columns are named " + name.text(),
          "names must differ when case is ignored",
          "rename one of them or leave it out");
    }
  }

  /** Goes behind the next comma outside parentheses and angle brackets, from a column's start. */
  private void skipToNextColumn(int start) {
    int failedAt = next;
    int depth = 0;
    next = start;
    while (peek().kind() != DdlToken.Kind.END) {
      DdlToken token = take();
      if (token.is("(") || token.is("<")) {
        depth++;
      } else if (token.is(")") || token.is(">")) {
        depth = Math.max(0, depth - 1);
      } else if (token.is(",") && depth == 0 && next >= failedAt) {
        return;
      }
    }
  }

  DdlToken peek() {
    return tokens.get(next);
  }

  /** The next token; END is never used up. */
  DdlToken take() {
    DdlToken token = tokens.get(next);
    if (token.kind() != DdlToken.Kind.END) {
      next++;
    }
    return token;
  }

  /** Takes the next token if it is that sign; tells whether it was. */
  boolean takeIf(String sign) {
    if (!peek().is(sign)) {
      return false;
    }
    take();
    return true;
  }

  DdlToken expect(DdlToken.Kind kind, String rule) {
    DdlToken token = take();
    if (token.kind() != kind) {
      throw new Refused(token, token.shown() + " is not expected here", rule, "");
    }
    return token;
  }

  void expectSign(String sign, String rule) {
    DdlToken token = take();
    if (!token.is(sign)) {
      throw new Refused(token, "'" + sign + "' is expected, not " + token.shown(), rule, "");
    }
  }

  /** Leaves a column at its first error; the parser goes on with the next column. */
  static final class Refused extends RuntimeException {
    private final transient DdlError error;

    Refused(DdlToken at, String problem, String cause, String fix) {
      super(problem);
      error = new DdlError(at.offset(), problem, cause, fix);
    }
  }
}
