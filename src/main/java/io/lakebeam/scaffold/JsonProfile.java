package io.lakebeam.scaffold;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.Limits;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.VisibleText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What the values of one field of JSON look like. */
final class JsonProfile {
  /**
   * An object with more different fields is a map, or something that nobody wants to write down.
   */
  private static final int MOST_FIELDS = 100;

  private static final int DEEPEST = 10;

  private final int depth;
  private final TextProfile texts = new TextProfile();
  private final TextProfile numbers = new TextProfile();
  private final Map<String, JsonProfile> fields = new LinkedHashMap<>();
  private @Nullable JsonProfile elements;
  private int booleans;
  private int objects;
  private int arrays;

  JsonProfile() {
    this(0);
  }

  private JsonProfile(int depth) {
    this.depth = depth;
  }

  void add(JsonNode value) {
    switch (value.getNodeType()) {
      case BOOLEAN -> booleans++;
      case STRING -> texts.add(value.asText());
      case NUMBER -> numbers.add(value.asText());
      case ARRAY -> {
        arrays++;
        elements = elements == null ? new JsonProfile(depth + 1) : elements;
        if (depth < DEEPEST) {
          value.forEach(elements::add);
        }
      }
      case OBJECT -> {
        objects++;
        if (depth < DEEPEST) {
          value
              .properties()
              .forEach(
                  each -> {
                    if (fields.size() <= MOST_FIELDS || fields.containsKey(each.getKey())) {
                      fields
                          .computeIfAbsent(each.getKey(), name -> new JsonProfile(depth + 1))
                          .add(each.getValue());
                    }
                  });
        }
      }
      default -> {
        // NULL goes with every type.
      }
    }
  }

  /** True for fields that have had a text only, or nothing. */
  boolean isText() {
    return booleans + numbers.values() + objects + arrays == 0;
  }

  /**
   * The type; empty when only text takes all of the values as they stand.
   *
   * @param name of the field
   */
  Optional<DataType> type(String name) {
    int kinds =
        (booleans > 0 ? 1 : 0)
            + (texts.values() > 0 ? 1 : 0)
            + (numbers.values() > 0 ? 1 : 0)
            + (objects > 0 ? 1 : 0)
            + (arrays > 0 ? 1 : 0);
    if (kinds > 1) {
      return Optional.empty();
    }
    if (booleans > 0) {
      return Optional.of(Primitive.BOOLEAN);
    }
    if (numbers.values() > 0) {
      return numbers.ofNumbers(name);
    }
    if (arrays > 0) {
      return elements.type(name).map(DataType.Array::new);
    }
    return objects > 0 ? struct() : Optional.of(texts.ofTexts());
  }

  private Optional<DataType> struct() {
    if (fields.isEmpty() || fields.size() > MOST_FIELDS) {
      return Optional.empty();
    }
    List<Column> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Map.Entry<String, JsonProfile> field : fields.entrySet()) {
      String name = field.getKey();
      Optional<DataType> type = field.getValue().type(name);
      boolean isName =
          SchemaDdl.isColumnName(name)
              && VisibleText.line(name).equals(name)
              && !name.contains("`")
              && !name.contains("$")
              && name.length() <= Limits.NAME_CHARACTERS;
      if (!isName || type.isEmpty() || !names.add(name.toLowerCase(Locale.ROOT))) {
        return Optional.empty();
      }
      columns.add(Column.nullable(name, type.get()));
    }
    return Optional.of(new DataType.Struct(columns));
  }

  String remark(DataType chosen) {
    if (chosen == Primitive.STRING && !isText()) {
      return objects + arrays > 0 ? "is kept as JSON text" : "has values of several types";
    }
    return texts.remarkOfTexts(chosen);
  }
}
