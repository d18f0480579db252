package io.lakebeam.spec.dlt;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.SourceText.Piece;
import io.lakebeam.spec.secret.References;
import io.lakebeam.spec.yaml.ScalarPlace;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the values of a pipeline file out of parts of SQL files, which keep their places. */
final class DltNodes {
  private DltNodes() {}

  /** A text, whatever it looks like. */
  static YamlNode.Scalar text(Piece piece) {
    SourceLocation at = piece.at();
    boolean open = !References.in(piece.text()).isEmpty();
    ScalarPlace place = new ScalarPlace(at.file(), at.line(), at.column(), piece.original());
    return new YamlNode.Scalar(piece.text(), false, place, piece.text(), open, at);
  }

  /** A number, a word such as true, or a name. */
  static YamlNode.Scalar plain(String value, SourceLocation at) {
    ScalarPlace place = new ScalarPlace(at.file(), at.line(), at.column(), value);
    return new YamlNode.Scalar(value, true, place, value, false, at);
  }

  /** A text of ours. */
  static YamlNode.Scalar text(String value, SourceLocation at) {
    return text(new Piece(value, value, at));
  }

  /** A secret, or a setting that may hold one: what it refers to is looked up where it is used. */
  static YamlNode.Scalar secret(Piece piece) {
    String value = piece.text().contains("${") ? piece.text() : piece.original();
    ScalarPlace place =
        new ScalarPlace(piece.at().file(), piece.at().line(), piece.at().column(), value);
    return new YamlNode.Scalar(value, false, place, value, false, piece.at());
  }

  static YamlNode list(List<? extends YamlNode> items, SourceLocation at) {
    return new YamlNode.Sequence(List.copyOf(items), at);
  }

  /** A mapping whose keys stand where it stands, in the order in which they are put. */
  static final class Builder {
    private final Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    private final SourceLocation at;

    Builder(SourceLocation at) {
      this.at = at;
    }

    Builder put(String key, YamlNode value) {
      entries.put(key, new YamlNode.Entry(at, value));
      return this;
    }

    boolean isEmpty() {
      return entries.isEmpty();
    }

    YamlNode.Mapping build() {
      return new YamlNode.Mapping(entries, at);
    }
  }
}
