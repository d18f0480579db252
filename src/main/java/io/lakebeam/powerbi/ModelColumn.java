package io.lakebeam.powerbi;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A column of a semantic model.
 *
 * @param type in TMDL
 * @param mType in M
 * @param format how values are shown; empty for as they are
 * @param summary how values are summed up unless somebody says otherwise, in TMDL's words
 */
record ModelColumn(
    String name, String comment, String type, String mType, String format, String summary) {
  /** Whose sum says nothing. */
  private static final Pattern IDENTIFIER =
      Pattern.compile(
          "(?i)(.*_)?(id|key|code|number|no|year|month|day|hour|minute|latitude|longitude|lat|lon|lng"
              + "|zip|postcode|version)");

  private static final String NONE = "none";

  /** A fixed decimal number has four digits behind the point, and 15 before it. */
  private static final int FIXED_SCALE = 4;

  private static final int FIXED_WHOLE = 14;

  /** The column as Power BI has it; empty where it has no such type. */
  static Optional<ModelColumn> of(Column column) {
    boolean counts = !IDENTIFIER.matcher(column.name()).matches();
    return column
        .type()
        .match(
            primitive -> Optional.of(primitive(column, primitive, counts)),
            decimal -> Optional.of(decimal(column, decimal, counts)),
            array -> Optional.empty(),
            map -> Optional.empty(),
            struct -> Optional.empty());
  }

  private static ModelColumn primitive(Column column, DataType.Primitive type, boolean counts) {
    return switch (type) {
      case BOOLEAN -> of(column, "boolean", "type logical", "", NONE);
      case TINYINT, SMALLINT, INT, BIGINT ->
          of(column, "int64", "Int64.Type", counts ? "#,0" : "0", counts ? "sum" : NONE);
      case FLOAT, DOUBLE ->
          of(column, "double", "type number", counts ? "#,0.00" : "", counts ? "average" : NONE);
      case STRING -> of(column, "string", "type text", "", NONE);
      case BINARY -> of(column, "binary", "type binary", "", NONE);
      case DATE -> of(column, "dateTime", "type date", "yyyy-MM-dd", NONE);
      case TIMESTAMP -> of(column, "dateTime", "type datetime", "yyyy-MM-dd HH:mm:ss", NONE);
    };
  }

  private static ModelColumn decimal(Column column, DataType.Decimal type, boolean counts) {
    String format = type.scale() == 0 ? "#,0" : "#,0." + "0".repeat(type.scale());
    String summary = counts ? "sum" : NONE;
    boolean isFixed = type.scale() <= FIXED_SCALE && type.precision() - type.scale() <= FIXED_WHOLE;
    return isFixed
        ? of(column, "decimal", "Currency.Type", counts ? format : "", summary)
        : of(column, "double", "type number", counts ? format : "", summary);
  }

  private static ModelColumn of(
      Column column, String type, String mType, String format, String summary) {
    return new ModelColumn(column.name(), column.comment(), type, mType, format, summary);
  }

  boolean isNumber() {
    return type.equals("int64") || type.equals("double") || type.equals("decimal");
  }

  /** A number that can be summed up, other than an id or a place. */
  boolean isAmount() {
    return !summary.equals(NONE);
  }

  boolean isTime() {
    return type.equals("dateTime");
  }

  boolean isText() {
    return type.equals("string");
  }

  /** True for a decimal number that Power BI keeps with some 15 digits only. */
  static boolean losesDigits(Column column) {
    return column.type() instanceof DataType.Decimal
        && of(column).orElseThrow().type().equals("double");
  }
}
