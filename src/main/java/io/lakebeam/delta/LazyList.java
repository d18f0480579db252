package io.lakebeam.delta;

import java.util.AbstractList;
import java.util.List;
import java.util.function.Supplier;

/** A list that is made when somebody looks at it. Immutable, thread-safe. */
final class LazyList<T> extends AbstractList<T> {
  private final Supplier<List<T>> supplier;
  private List<T> list;

  LazyList(Supplier<List<T>> supplier) {
    this.supplier = supplier;
  }

  @Override
  public T get(int index) {
    return list().get(index);
  }

  @Override
  public int size() {
    return list().size();
  }

  private synchronized List<T> list() {
    if (list == null) {
      list = supplier.get();
    }
    return list;
  }
}
