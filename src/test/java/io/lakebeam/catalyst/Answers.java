package io.lakebeam.catalyst;

/** Who answers what expressions are, over the sample rows. */
interface Answers {
  /**
   * One line: the type and the value, or {@code !} and the condition of the error.
   *
   * @param expression of Spark's SQL, over the columns of {@link SampleTable}
   * @param row which of its rows
   */
  String answer(String expression, int row);
}
