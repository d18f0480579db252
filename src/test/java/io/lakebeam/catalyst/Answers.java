package io.lakebeam.catalyst;

/** Who answers questions about the sample rows. */
interface Answers {
  /** One line: the type and the value of each row, or {@code !} and the condition of the error. */
  String answer(Questions.Question question);
}
