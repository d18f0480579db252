package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.Step;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A query of any shape, taken apart: leaves that rows come from, operators that need many rows at a
 * time, and channels between them, on which each row is taken by itself.
 *
 * <pre>
 *  flights ──steps──┐
 *                   ├─ join ──steps── group ──steps── the result
 *  airports ─steps──┘
 * </pre>
 *
 * <p>An operator works in buckets beside each other. A channel says for each row which of them has
 * to see it.
 *
 * @param nodes leaves and operators, each behind those that it gets rows from
 * @param channels exactly one from each node, but for a node whose rows nobody wants
 */
public record OperatorPlan(List<Node> nodes, List<Channel> channels) implements Serializable {
  /** Where a channel ends that carries rows of the result. */
  public static final int RESULT = -1;

  /** Names that Catalyst gives to what has none carry a number that it has counted up. */
  private static final Pattern NUMBERS = Pattern.compile("#\\d+L?");

  public OperatorPlan {
    nodes = List.copyOf(nodes);
    channels = List.copyOf(channels);
  }

  /** What gives rows. */
  public sealed interface Node extends Serializable permits Leaf, Operator {}

  /**
   * The way of rows from a node to an operator or into the result.
   *
   * @param from a node's number
   * @param steps what is done with each row
   * @param to an operator's number, or {@link #RESULT}
   * @param side which of the operator's inputs it is
   * @param spread which bucket has to see a row
   * @param keys over the rows behind the steps, where {@code spread} is by them
   * @param columns of the rows behind the steps
   */
  public record Channel(
      int from,
      List<Step> steps,
      int to,
      int side,
      Spread spread,
      List<Expression> keys,
      List<DataType> columns)
      implements Serializable {
    public Channel {
      steps = List.copyOf(steps);
      keys = List.copyOf(keys);
      columns = List.copyOf(columns);
    }
  }

  /** Which bucket of an operator has to see a row. */
  public enum Spread {
    /** The one of its keys. */
    BY_KEYS,
    /** Any, but one only. */
    ANYWHERE,
    /** Every one. */
    EVERYWHERE,
    /** The first. */
    TOGETHER
  }

  /** The channels that begin at a node. */
  public List<Channel> from(int node) {
    return channels.stream().filter(channel -> channel.from() == node).toList();
  }

  /** How many exchanges lie between a node and the leaves; 0 for a leaf. */
  public int level(int node) {
    return nodes.get(node) instanceof Leaf
        ? 0
        : 1
            + channels.stream()
                .filter(channel -> channel.to() == node)
                .mapToInt(channel -> level(channel.from()))
                .max()
                .orElse(0);
  }

  /** The levels that there are; 1 when there are leaves only. */
  public int levels() {
    int levels = 0;
    for (int i = 0; i < nodes.size(); i++) {
      levels = Math.max(levels, level(i));
    }
    return levels + 1;
  }

  /** The numbers of the operators. */
  public List<Integer> operators() {
    List<Integer> operators = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i) instanceof Operator) {
        operators.add(i);
      }
    }
    return operators;
  }

  /** Relations that are in memory whole: read, or joined with on the way. */
  public Set<String> held() {
    Set<String> held = new LinkedHashSet<>();
    channels.forEach(channel -> held.addAll(Step.joined(channel.steps())));
    for (Node node : nodes) {
      if (node instanceof Leaf.Table table && table.isHeld()) {
        held.add(table.name());
      }
    }
    return held;
  }

  /** The columns that are read of each table of the lake, by its name. */
  public Map<String, Set<String>> reads() {
    Map<String, Set<String>> reads = new LinkedHashMap<>();
    for (Node node : nodes) {
      if (node instanceof Leaf.Table table && !table.isHeld()) {
        reads.computeIfAbsent(table.name(), name -> new TreeSet<>()).addAll(table.columns());
      }
    }
    return reads;
  }

  /** Columns of the result that say of which rows each is made. */
  public Optional<ResultKey> key() {
    return ResultKey.of(this);
  }

  /** The column of the table that is a column of the key as it stands, by its name. */
  public Optional<String> read(ResultKey key, int column) {
    Channel channel = from(key.leaf()).get(0);
    return ResultKey.before(channel.steps(), key.sent().get(column))
        .map(at -> ((Leaf.Table) nodes.get(key.leaf())).columns().get(at));
  }

  /** True when it asks for the current time. */
  public boolean asksTime() {
    return text().contains(EpochTime.NAME);
  }

  /** What it computes, as a text that is the same for the same query in every process. */
  public String text() {
    return NUMBERS.matcher(nodes + "\n" + channels).replaceAll("");
  }
}
