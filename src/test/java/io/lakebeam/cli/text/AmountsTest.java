package io.lakebeam.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "999949, 999.9 kB",
    "999950, 1.0 MB",
    "1234567, 1.2 MB",
    "5000000000, 5.0 GB",
    "9223372036854775807, 9.2 EB"
  })
  void bytesAreReadable(long bytes, String text) {
    assertEquals(text, Amounts.bytes(bytes));
  }

  @Test
  void countsHaveTheirThousands() {
    assertEquals("1,234,567", Amounts.count(1_234_567));
    assertEquals("1 flow", Amounts.of(1, "flow"));
    assertEquals("1,000 flows", Amounts.of(1000, "flow"));
    assertEquals("unknown", Amounts.rows(Optional.empty()));
  }
}
