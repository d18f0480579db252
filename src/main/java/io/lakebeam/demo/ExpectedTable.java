package io.lakebeam.demo;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Every row that a table must have.
 *
 * <p>Values have these types: whole numbers {@link Long}, averages and coordinates {@link Double},
 * amounts {@link java.math.BigDecimal} with the digits of their column, days {@link
 * java.time.LocalDate}, moments {@link java.time.Instant}, all others {@link String}; null for
 * NULL.
 *
 * @param keys the columns that name a row
 * @param rows the other columns of each row, in the order of {@code keys} by the values of these;
 *     made when asked for, because a long demo has millions
 */
public record ExpectedTable(
    List<String> keys, Map<List<Object>, Supplier<Map<String, Object>>> rows) {
  public ExpectedTable {
    keys = List.copyOf(keys);
    rows = Map.copyOf(rows);
  }
}
