package io.lakebeam.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StatusLineTest {
  private static final String CLEAR = "\r\u001b[K";

  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final StatusLine line = new StatusLine(terminal, 20);
  private final OutputStream above = line.above(terminal);

  private void print(String text) throws IOException {
    above.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private String told() {
    String told = terminal.toString(StandardCharsets.UTF_8).replace(CLEAR, "|");
    terminal.reset();
    return told;
  }

  @Test
  void isWrittenAnewAndGoesBeforeALine() throws IOException {
    line.show("one");
    line.show("two");
    print("epoch 1\n");
    print("epoch 2\n");
    assertEquals("one|two|epoch 1\nepoch 2\n", told());
    line.show("three");
    line.clear();
    line.clear();
    assertEquals("three|", told());
  }

  @Test
  void leavesALineToWhoeverHasBegunIt() throws IOException {
    print("lakebeam> ");
    line.show("one");
    assertEquals("lakebeam> ", told());
    print("\n");
    line.show("two");
    assertEquals("\ntwo", told());
  }

  @Test
  void staysInOneLine() {
    line.show("a text that is longer than the terminal is wide");
    assertEquals("a text that is long", told());
  }
}
