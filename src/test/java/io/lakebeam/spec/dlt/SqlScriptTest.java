package io.lakebeam.spec.dlt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.SourceLocation;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqlScriptTest {
  private static SqlScript script(String text) {
    return SqlScript.of("a.sql", text);
  }

  @Test
  void aStatementEndsAtASemicolonThatStandsByItself() {
    SqlScript script =
        script("SELECT ';', \"a;\", `b;` -- ; no\n, 1 /* ; */;;\n-- x\n  SHOW TABLES ; \n");
    assertTrue(script.isEnded());
    assertEquals(2, script.statements().size());
    assertEquals(
        List.of("SELECT", ";", ",", "a;", ",", "b;", ",", "1"), script.statements().get(0).words());
    SqlScript.Statement second = script.statements().get(1);
    assertEquals(List.of("SHOW", "TABLES"), second.words());
    assertEquals(new SourceLocation("a.sql", 4, 3), second.text().at(1, 1));
    assertEquals("SHOW TABLES", second.text().sql().strip());
  }

  @Test
  void whatIsNotCompleteIsSaid() {
    assertFalse(script("SELECT 1; SELECT").isEnded());
    assertEquals(2, script("SELECT 1; SELECT").statements().size());
    assertTrue(script(" -- nothing; at all\n").isEnded());
    assertTrue(script("SELECT 'a;").unclosed().isPresent());
    assertTrue(script("SELECT 1; /* a;").unclosed().isPresent());
    assertTrue(script("SELECT 'a;").statements().isEmpty());
  }
}
