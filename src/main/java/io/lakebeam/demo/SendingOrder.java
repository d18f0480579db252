package io.lakebeam.demo;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;

/**
 * Messages in the order in which they are sent, of steps of time that make them in the order in
 * which things happen: a message is sent at its step or later. Holds those that wait.
 */
public final class SendingOrder<T extends Feed.Message> implements Iterator<T> {
  private final LongUnaryOperator times;
  private final LongFunction<List<T>> made;
  private final PriorityQueue<Waiting<T>> waiting =
      new PriorityQueue<>(
          Comparator.<Waiting<T>>comparingLong(each -> each.message().sent())
              .thenComparingLong(Waiting::number));
  private long step;
  private long number;
  private long madeUntil = Long.MIN_VALUE;

  private record Waiting<T>(T message, long number) {}

  /**
   * @param times when a step is, counted from 0, in milliseconds after the epoch; not before the
   *     step before
   * @param made the messages of a step
   */
  public SendingOrder(LongUnaryOperator times, LongFunction<List<T>> made) {
    this.times = times;
    this.made = made;
  }

  @Override
  public boolean hasNext() {
    return true;
  }

  @Override
  public T next() {
    // Nothing that comes of later steps is sent before the last one.
    while (waiting.isEmpty() || waiting.peek().message().sent() > madeUntil) {
      madeUntil = times.applyAsLong(step);
      made.apply(step).forEach(message -> waiting.add(new Waiting<>(message, number++)));
      step++;
    }
    return waiting.remove().message();
  }
}
