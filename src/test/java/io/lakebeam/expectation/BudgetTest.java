package io.lakebeam.expectation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private static Budget budget(long rows, String percent) {
    return new Budget(
        rows < 0 ? Budget.ANY_ROWS : rows,
        percent == null ? Budget.ANY_PERCENT : new BigDecimal(percent),
        true);
  }

  private static boolean isOver(Budget budget, long in, long refused) {
    return budget.excess(in, refused).isPresent();
  }

  @Test
  void eachBoundCountsByItself() {
    assertEquals(false, isOver(budget(10, null), 1_000_000, 10));
    assertEquals(true, isOver(budget(10, null), 11, 11));
    assertEquals(false, isOver(budget(-1, "5"), 200, 10));
    assertEquals(true, isOver(budget(-1, "5"), 200, 11));
    assertEquals(true, isOver(budget(10, "50"), 200, 11));
    assertEquals(true, isOver(budget(1000, "0.1"), 10_000, 11));
    assertEquals(false, isOver(budget(0, "0"), 200, 0));
  }

  @Test
  void aShareOfFewRowsSaysNothing() {
    assertEquals(false, isOver(budget(-1, "5"), 99, 99));
    assertEquals(true, isOver(budget(-1, "5"), 100, 6));
  }

  @Test
  void theExcessIsASentence() {
    assertEquals(
        Optional.of("1,100 of 2,000 rows are refused, and its budget is 1,000"),
        budget(1000, "99").excess(2000, 1100));
    assertEquals(
        Optional.of("30 of 200 rows are refused, and its budget is 2.5 percent"),
        budget(-1, "2.5").excess(200, 30));
  }
}
