package io.lakebeam.parquet;

/** Where the values of one converter go: a field, an element, a key. */
interface Slot {
  /** A value begins that is not NULL: what stands before it is written. */
  void arrive();

  /**
   * The value has ended.
   *
   * @param value as a row holds it; null when it is not declared, or unfit
   */
  void value(Object value);

  /** Of the current value, as reasons name it: {@code items[2].sku}. */
  String place();
}
