package io.lakebeam.expectation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private static Budget budget(long rows, String percent) {
    return new Budget(
        "",
        rows < 0 ? Budget.ANY_ROWS : rows,
        percent == null ? Budget.ANY_PERCENT : new BigDecimal(percent),
        Budget.Per.EPOCH,
        true);
  }

  private static boolean isOver(Budget budget, long in, long bad) {
    return budget.excess(in, bad, "").isPresent();
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
        budget(1000, "99").excess(2000, 1100, ""));
    assertEquals(
        Optional.of("30 of 200 rows are refused, and its budget is 2.5 percent"),
        budget(-1, "2.5").excess(200, 30, ""));
    Budget ofADay = new Budget("small", 20, Budget.ANY_PERCENT, Budget.Per.DAY, false);
    assertEquals(
        Optional.of("21 of 40 rows of 2026-03-01 break it, and its budget is 20 a day"),
        ofADay.excess(40, 21, "2026-03-01"));
  }

  @Test
  void equalBoundsAreToldAlike() {
    assertEquals(budget(10, "5").bounds(), budget(10, "5.0").bounds());
    assertEquals(false, budget(10, "5").bounds().equals(budget(11, "5").bounds()));
    assertEquals("any rows, 100 percent", budget(-1, null).bounds());
  }
}
