package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.row.Packed;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.sql.catalyst.MemoryTables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Computes a plan in this process: each operator has one bucket, and what meets in it is in memory.
 * Files of a table are read beside each other where it does not matter which rows come first. For
 * one use.
 */
public final class LocalRun {
  private static final MemoryTables NOTHING = new MemoryTables(Map.of());

  private final OperatorPlan plan;
  private final Packed<OperatorPlan> packed;
  private final Tables tables;
  private final long now;
  private final Runnable pulse;
  private final Map<Integer, Map<Integer, List<UnsafeRow>>> waiting = new HashMap<>();

  /** Gives the rows of tables. */
  @FunctionalInterface
  public interface Tables {
    /** Parts of a table, each for one thread; together they have each row once. */
    List<Part> parts(String table, List<String> columns);
  }

  /** Some rows of a table. */
  @FunctionalInterface
  public interface Part {
    /** Gives each row; it is the taker's until the next one. What the taker throws is passed on. */
    void forEach(Consumer<InternalRow> taker);
  }

  /**
   * @param now the current time of the query, in microseconds since 1970
   * @param pulse called again and again by every thread that is at work; throws to end it
   */
  public LocalRun(Packed<OperatorPlan> plan, Tables tables, long now, Runnable pulse) {
    this.packed = plan;
    this.plan = plan.unpack();
    this.tables = tables;
    this.now = now;
    this.pulse = pulse;
  }

  /** Nobody wants a further row. */
  private static final class EnoughException extends RuntimeException {
    EnoughException() {
      super(null, null, false, false);
    }
  }

  /**
   * Gives the rows of the result, in its order if it has one. Whatever fails on a row, on reading a
   * table or in the taker is thrown.
   *
   * @param out takes rows that are good until it returns
   */
  public void run(Consumer<InternalRow> out) {
    EpochTime.set(now);
    for (int node = 0; node < plan.nodes().size(); node++) {
      for (OperatorPlan.Channel channel : plan.from(node)) {
        boolean isFull =
            isInTurn(channel)
                && channel.to() != OperatorPlan.RESULT
                && rows(channel.to(), channel.side()).size() >= most(channel);
        if (!isFull) {
          send(node, channel, out);
        }
      }
      waiting.remove(node);
    }
  }

  private void send(int node, OperatorPlan.Channel channel, Consumer<InternalRow> out) {
    if (plan.nodes().get(node) instanceof Leaf.Table table) {
      List<Part> parts = tables.parts(table.name(), table.columns());
      if (parts.size() > 1 && !isInTurn(channel)) {
        beside(parts, channel);
        return;
      }
      through(channel, out, taker -> parts.forEach(part -> part.forEach(taker)));
    } else if (plan.nodes().get(node) instanceof Leaf.Values values) {
      through(channel, out, taker -> ChannelRun.values(values, taker));
    } else {
      Operator operator = (Operator) plan.nodes().get(node);
      through(channel, out, taker -> operate(node, operator, taker));
    }
  }

  private void through(OperatorPlan.Channel channel, Consumer<InternalRow> out, Part rows) {
    ChannelRun run = new ChannelRun(plan, isInTurn(channel) ? straight(channel) : channel, NOTHING);
    run.begin(1, outlet(channel, out), null);
    try {
      rows.forEach(row -> take(run, row));
      run.finish();
    } catch (EnoughException e) {
      // What is there is all that is wanted.
    }
  }

  private ChannelRun.Outlet outlet(OperatorPlan.Channel channel, Consumer<InternalRow> out) {
    if (channel.to() == OperatorPlan.RESULT) {
      return (bucket, row) -> out.accept(row);
    }
    List<UnsafeRow> kept = rows(channel.to(), channel.side());
    long most = most(channel);
    return (bucket, row) -> {
      kept.add(row.copy());
      if (kept.size() >= most) {
        throw new EnoughException();
      }
    };
  }

  private void take(ChannelRun run, InternalRow row) {
    pulse.run();
    run.take(row);
  }

  private List<UnsafeRow> rows(int node, int side) {
    return waiting
        .computeIfAbsent(node, number -> new HashMap<>())
        .computeIfAbsent(side, number -> new ArrayList<>());
  }

  /** Reads parts beside each other; what they give is kept in their order. */
  private void beside(List<Part> parts, OperatorPlan.Channel channel) {
    Queue<ChannelRun> free = new ConcurrentLinkedQueue<>();
    int threads = Math.min(parts.size(), Runtime.getRuntime().availableProcessors());
    ExecutorService readers = Executors.newFixedThreadPool(threads, LocalRun::reader);
    try {
      List<Future<List<UnsafeRow>>> results = new ArrayList<>();
      for (Part part : parts) {
        results.add(readers.submit(() -> read(part, channel, free)));
      }
      List<UnsafeRow> rows = rows(channel.to(), channel.side());
      for (Future<List<UnsafeRow>> result : results) {
        rows.addAll(result.get());
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      readers.shutdownNow();
    }
  }

  private static Thread reader(Runnable work) {
    Thread thread = new Thread(work, "reader");
    thread.setDaemon(true);
    return thread;
  }

  private List<UnsafeRow> read(Part part, OperatorPlan.Channel channel, Queue<ChannelRun> free) {
    EpochTime.set(now);
    ChannelRun idle = free.poll();
    // Expressions keep what they are at work on: each thread has its own.
    ChannelRun run = idle == null ? run(packed.unpack(), channel) : idle;
    List<UnsafeRow> rows = new ArrayList<>();
    run.begin(1, (bucket, row) -> rows.add(row.copy()), null);
    part.forEach(row -> take(run, row));
    run.finish();
    free.add(run);
    return rows;
  }

  private ChannelRun run(OperatorPlan own, OperatorPlan.Channel channel) {
    return new ChannelRun(own, own.from(channel.from()).get(0), NOTHING);
  }

  private void operate(int node, Operator operator, Consumer<InternalRow> taker) {
    OperatorWork.Rows rows =
        (side, each) -> {
          for (UnsafeRow row : rows(node, side)) {
            pulse.run();
            each.accept(row);
          }
        };
    if (operator instanceof Operator.Limit limit && limit.order().isEmpty()) {
      List<UnsafeRow> all = rows(node, 0);
      all.stream().skip(limit.skipped()).limit(limit.most()).forEach(taker);
      return;
    }
    operator.work().run(rows, true, taker);
  }

  /** True when rows are wanted as they come, and perhaps not all of them. */
  private boolean isInTurn(OperatorPlan.Channel channel) {
    return channel.to() == OperatorPlan.RESULT
        || plan.nodes().get(channel.to()) instanceof Operator.Limit limit
            && limit.order().isEmpty();
  }

  /** The channel without what an operator wants to be done before. */
  private static OperatorPlan.Channel straight(OperatorPlan.Channel channel) {
    return new OperatorPlan.Channel(
        channel.from(),
        channel.steps(),
        OperatorPlan.RESULT,
        0,
        OperatorPlan.Spread.ANYWHERE,
        List.of(),
        channel.columns());
  }

  /** How many rows are wanted of all channels that lead where this one does. */
  private long most(OperatorPlan.Channel channel) {
    if (channel.to() == OperatorPlan.RESULT || !isInTurn(channel)) {
      return Long.MAX_VALUE;
    }
    Operator.Limit limit = (Operator.Limit) plan.nodes().get(channel.to());
    boolean isAll = limit.most() > Integer.MAX_VALUE || limit.skipped() > Integer.MAX_VALUE;
    return isAll ? Long.MAX_VALUE : limit.most() + limit.skipped();
  }
}
