package io.lakebeam.spec.dlt;

import io.lakebeam.expectation.OnViolation;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.DltStatement.ColumnSpec;
import io.lakebeam.spec.dlt.DltStatement.Create;
import io.lakebeam.spec.dlt.DltStatement.Rule;
import io.lakebeam.spec.dlt.SourceText.Piece;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Makes {@code expect:} of a table's constraints: a condition that is NULL passes there, so it
 * passes here too, and a column that is NOT NULL stops the update.
 */
final class DltRules {
  private final Create create;
  private final Findings findings;
  private final Map<String, YamlNode.Entry> rules = new LinkedHashMap<>();

  DltRules(Create create, Findings findings) {
    this.create = create;
    this.findings = findings;
  }

  /** The rules; empty when there are none. */
  Optional<YamlNode> node() {
    for (Rule rule : create.rules()) {
      put(rule.name(), rule.condition(), rule.onViolation());
    }
    for (ColumnSpec column : create.columns()) {
      if (column.notNull()) {
        Piece name = column.name();
        put(
            name.with(name.text() + "_not_null"),
            name.with("`" + name.text().replace("`", "``") + "` IS NOT NULL"),
            OnViolation.FAIL);
      }
    }
    return rules.isEmpty()
        ? Optional.empty()
        : Optional.of(new YamlNode.Mapping(rules, create.at()));
  }

  private void put(Piece name, Piece condition, OnViolation onViolation) {
    SourceLocation at = name.at();
    String plain = name.text().replaceAll("[^A-Za-z0-9_]+", "_").replaceFirst("^([0-9])", "n$1");
    if (!plain.equals(name.text())) {
      findings.note(
          new Problem(
              at,
              "the rule " + name.text() + " is called " + plain,
              "names of rules are made of letters, digits and _",
              ""));
    }
    YamlNode.Entry entry =
        new YamlNode.Entry(
            at,
            new DltNodes.Builder(at)
                .put("expect", DltNodes.text(condition))
                .put(
                    "on_violation", DltNodes.plain(onViolation.name().toLowerCase(Locale.ROOT), at))
                .put("null_passes", DltNodes.plain("true", at))
                .build());
    YamlNode.Entry first = rules.putIfAbsent(plain, entry);
    if (first != null) {
      findings.problem(
          new Problem(
              at,
              "the name " + plain + " is taken",
              "another rule of the table has it, at " + first.keyAt(),
              "rename one of them"));
    }
  }
}
