package io.lakebeam.spec.dlt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a query selects, where that can be seen without an engine. */
final class SelectList {
  private final List<SqlToken> tokens;

  /** Of the tokens of a query. */
  SelectList(List<SqlToken> tokens) {
    this.tokens = tokens;
  }

  /** The names of the selected columns; empty unless all are plain names or a star. */
  Optional<List<String>> names() {
    List<String> names = new ArrayList<>();
    if (!tokens.get(0).isWord("SELECT")) {
      return Optional.empty();
    }
    for (int i = 1; i + 1 < tokens.size(); i += 2) {
      SqlToken item = tokens.get(i);
      SqlToken behind = tokens.get(i + 1);
      if (!item.isName() && !item.is("*")) {
        return Optional.empty();
      }
      names.add(item.text());
      if (behind.isWord("FROM")) {
        return Optional.of(names);
      }
      if (!behind.is(",")) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
