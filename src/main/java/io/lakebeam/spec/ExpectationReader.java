package io.lakebeam.spec;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.expectation.OnViolation;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads {@code expect:} of a dataset: rules in place, or in files that datasets share. */
final class ExpectationReader {
  private final Reading reading;
  private final Map<String, YamlNode> budgets = new LinkedHashMap<>();

  ExpectationReader(Reading reading) {
    this.reading = reading;
  }

  List<Expectation> read(Optional<YamlNode> expect) {
    NameCheck names = new NameCheck(reading.problems());
    List<Expectation> expectations = new ArrayList<>();
    if (expect.isPresent() && expect.get() instanceof YamlNode.Mapping) {
      addRules(expect, names, expectations);
      return expectations;
    }
    for (YamlNode file : Reading.items(expect)) {
      Reading.scalar(file)
          .ifPresent(path -> addRules(reading.expectationFile(path), names, expectations));
    }
    return expectations;
  }

  /** The budgets of the rules that were read, by the rule's name, as they are written. */
  Map<String, YamlNode> budgets() {
    return budgets;
  }

  private void addRules(Optional<YamlNode> rules, NameCheck names, List<Expectation> expectations) {
    for (Map.Entry<String, YamlNode.Entry> rule : Reading.entries(rules).entrySet()) {
      names.plainName("rule", rule.getKey(), rule.getValue().keyAt());
      rule(rule.getKey(), rule.getValue().value())
          .filter(read -> isOfSize(read, rule.getValue()))
          .ifPresent(
              read -> {
                expectations.add(read);
                noteBudget(read, rule.getValue().value());
              });
    }
  }

  private void noteBudget(Expectation rule, YamlNode written) {
    Optional<YamlNode> budget =
        Reading.scalar(written).isPresent() ? Optional.empty() : written.get(BudgetReader.KEY);
    if (budget.isPresent() && rule.onViolation() == OnViolation.FAIL) {
      reading
          .problems()
          .add(
              budget.get().at(),
              "the rule " + rule.name() + " has a budget, and its on_violation is fail",
              "the first row that breaks it stops the update",
              "leave the budget out, or choose another on_violation");
    } else {
      budget.ifPresent(node -> budgets.put(rule.name(), node));
    }
  }

  private boolean isOfSize(Expectation rule, YamlNode.Entry entry) {
    Optional<String> excess = QuerySize.excess(rule.condition());
    excess.ifPresent(
        why ->
            reading
                .problems()
                .add(entry.keyAt(), "this condition is too large", why, "split it into rules"));
    return excess.isEmpty();
  }

  private Optional<Expectation> rule(String name, YamlNode rule) {
    return Reading.scalar(rule)
        .or(() -> Reading.scalar(rule, "expect"))
        .map(
            condition -> {
              QueryText placed = condition.inPlace();
              reading.noteLostEscapes(placed.sql(), placed::at);
              return new Expectation(
                  name,
                  condition.text().strip(),
                  onViolation(rule),
                  Reading.text(rule, "null_passes").orElse("").equalsIgnoreCase("true"),
                  condition.at());
            });
  }

  private static OnViolation onViolation(YamlNode rule) {
    String action = Reading.text(rule, "on_violation").orElse("warn").toUpperCase(Locale.ROOT);
    for (OnViolation known : OnViolation.values()) {
      if (known.name().equals(action)) {
        return known;
      }
    }
    return OnViolation.WARN; // the shape check refuses the file
  }
}
