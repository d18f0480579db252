package io.lakebeam.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProblemReportTest {
  @TempDir Path dir;

  private final Problem downstream =
      new Problem(
          ErrorCode.PIPELINE_INVALID,
          new SourceLocation("p.yaml", 2, 0),
          "gold cannot be read",
          "",
          "",
          List.of("flights"));
  private final Problem cause =
      new Problem(
          new SourceLocation("t/a.sql", 2, 7),
          "there is no column carier",
          "flights has none",
          "did you mean carrier?");

  @BeforeEach
  void files() {
    new InlineProject(dir)
        .file("p.yaml", "a: 1\nb: 2\n")
        .file("t/a.sql", "-- first\nSELECT carier\nFROM flights\n")
        .file("secret.yaml", "  x: {connection_string: 'A;SharedAccessKey=hunter2', y: 1}\n");
  }

  @Test
  void causesComeFirstWithTheirLine() {
    assertEquals(
        """
        t/a.sql:2:7: there is no column carier
             2 | SELECT carier
               |       ^
          cause: flights has none
          fix: did you mean carrier?

        because of these:

        p.yaml:2: gold cannot be read
             2 | b: 2
          because of: flights

        2 problems, 1 of them because of others
        """,
        new ProblemReport(List.of(downstream, cause), dir).text());
  }

  @Test
  void whatHasNoLineIsToldWithoutOne() {
    Problem whole = new Problem(SourceLocation.of("nowhere.yaml"), "it is not there", "", "");
    Problem beyond = new Problem(new SourceLocation("p.yaml", 9, 9), "too far", "", "");
    assertEquals(
        "nowhere.yaml: it is not there\n\np.yaml:9:9: too far\n\n2 problems\n",
        new ProblemReport(List.of(whole, beyond), dir).text());
  }

  @Test
  void secretsAndControlCharactersOfALineAreNotShown() {
    new InlineProject(dir).file("odd.yaml", "a: \u001b[31mred\tx\n");
    Problem secret = new Problem(new SourceLocation("secret.yaml", 1, 55), "s", "", "");
    Problem odd = new Problem(new SourceLocation("odd.yaml", 1, 1), "o", "", "");
    assertEquals(
        """
        secret.yaml:1:55: s
             1 |   x: {connection_string: ****
               |                          ^

        odd.yaml:1:1: o
             1 | a: ?[31mred\tx
               | ^

        2 problems
        """,
        new ProblemReport(List.of(secret, odd), dir).text());
  }

  @Test
  void ofAVeryLongLineThePartAroundTheCaretIsShown() {
    new InlineProject(dir).file("long.sql", "x".repeat(500) + "HERE" + "y".repeat(500));
    Problem problem = new Problem(new SourceLocation("long.sql", 1, 501), "p", "", "");
    List<String> lines = new ProblemReport(List.of(problem), dir).text().lines().toList();
    int caret = lines.get(2).indexOf('^');
    assertEquals("HERE", lines.get(1).substring(caret, caret + 4));
    assertFalse(lines.get(1).length() > 200);
  }

  @Test
  void jsonHasEveryField() throws Exception {
    JsonNode json =
        new ObjectMapper().readTree(new ProblemReport(List.of(downstream, cause), dir).json());
    assertEquals(
        "{\"code\":\"PIPELINE_INVALID\",\"file\":\"t/a.sql\",\"line\":2,\"column\":7,\"problem\":\"there is no column carier\","
            + "\"cause\":\"flights has none\",\"fix\":\"did you mean carrier?\",\"caused_by\":[]}",
        json.get(0).toString());
    assertEquals("[\"flights\"]", json.get(1).get("caused_by").toString());
  }
}
