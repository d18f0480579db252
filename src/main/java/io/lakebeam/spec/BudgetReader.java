package io.lakebeam.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.lakebeam.expectation.Budget;
import io.lakebeam.spec.yaml.YamlNode;
import java.math.BigDecimal;

/** Reads {@code budget:} of a table or of a rule. */
final class BudgetReader {
  static final String KEY = "budget";

  private BudgetReader() {}

  /**
   * @param rule that it is of; empty for a table's own
   */
  static Budget read(String rule, YamlNode node) {
    JsonNode rows = node.get("rows").map(YamlNode::json).orElse(NullNode.getInstance());
    JsonNode percent = node.get("percent").map(YamlNode::json).orElse(NullNode.getInstance());
    return new Budget(
        rule,
        rows.isNumber() ? rows.asLong() : Budget.ANY_ROWS,
        percent.isNumber() ? new BigDecimal(percent.asText()) : Budget.ANY_PERCENT,
        Reading.text(node, "per").orElse("").equals("day") ? Budget.Per.DAY : Budget.Per.EPOCH,
        !Reading.text(node, "on_excess").orElse("fail").equals("warn"));
  }
}
