package io.lakebeam.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not shown of a row, and what comes back of it. */
class ValueMaskTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ValueMask MASK = new ValueMask(Set.of("passenger"));

  private final Set<String> hidden = new HashSet<>();

  @Test
  void valuesAreHiddenByTheirNamesAtAnyDepth() {
    assertEquals("***", MASK.value("Passenger", "Ann", hidden));
    assertEquals(7, MASK.value("seat", 7, hidden));
    assertEquals(
        Map.of("city", "Ulm", "passenger", "***"),
        MASK.value("contact", Map.of("city", "Ulm", "passenger", 12), hidden));
    assertEquals(
        List.of(Map.of("passenger", "***")),
        MASK.value("all", List.of(Map.of("passenger", List.of("Bob", "Cy"))), hidden));
    assertEquals(Set.of("Ann", "12", "Bob", "Cy"), hidden);
    assertEquals(null, MASK.value("passenger", null, hidden));
    assertEquals("Ann", ValueMask.NONE.value("passenger", "Ann", hidden));
  }

  @Test
  void fieldsOfJsonAreHiddenAndTheRestStays() {
    assertEquals(
        Optional.of("{\"id\":1.50,\"PASSENGER\":\"***\",\"a\":[{\"passenger\":\"***\"},null]}"),
        MASK.json(
            "{\"id\": 1.50, \"PASSENGER\": {\"first\":\"Ann\"}, \"a\":[{\"passenger\":\"Bob\"},null]}",
            hidden));
    assertEquals(Set.of("Ann", "Bob"), hidden);
    assertEquals(Optional.of("{ \"id\" : 1 }"), MASK.json("{ \"id\" : 1 }", hidden));
    assertEquals(
        Optional.of("{\"body\":\"{\\\"passenger\\\":\\\"***\\\"}\",\"contact.passenger\":\"***\"}"),
        MASK.json(
            "{\"body\":\"{\\\"passenger\\\":\\\"Ann\\\"}\",\"contact.passenger\":\"Ann\"}",
            hidden));
    for (String none : List.of("", "Ann", "\"Ann\"", "{\"passenger\":\"Ann\"", "{}{}")) {
      assertEquals(Optional.empty(), MASK.json(none, hidden), none);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "column passenger: expected INT, found the string \"Ann\" | column passenger: expected INT",
        "broken JSON at byte 7: Unrecognized token 'Ann' | broken JSON",
        "text after the JSON object, at byte 7: \"Ann\" | text after the JSON object",
        "field 2 opens a quote that is never closed: \"A\"nn | field … opens a quote that is never"
            + " closed: …",
        "column passenger: 1e45 is no whole number, expected INT | column passenger: … is no whole"
            + " number, expected INT",
        "no Avro record of the declared schema: Ann | no Avro record of the declared schema",
        "[CAST_INVALID_INPUT] The value 'O'Ann' of the type \"STRING\" | [CAST_INVALID_INPUT] …",
        "rule a: [CAST_INVALID_INPUT] The value 'x'; rule b: Ann | rule a: [CAST_INVALID_INPUT] …",
        "the query fails on this row: bad ANN | the query fails on this row: …",
        "column x: ann is half a character | column x: *** is half a character",
        "the file is set aside: a.parquet cannot be read as Parquet: bad Zo | the file is set aside:"
            + " a.parquet cannot be read as Parquet",
        "known_seat, small_2 | known_seat, small_2"
      })
  void errorsQuoteNothing(String error, String shown) {
    assertEquals(shown.strip(), MASK.error(error.strip(), Set.of("Ann", "nn")));
    assertEquals(error, ValueMask.NONE.error(error, Set.of("Ann")));
  }

  @Test
  void ofAConditionThatFailsTheClassIsShown() {
    assertEquals("[CAST_INVALID_INPUT] …", MASK.failure("[CAST_INVALID_INPUT] The value 'Ann'"));
    assertEquals("…", MASK.failure("Ann is no number"));
    assertEquals("Ann is no number", ValueMask.NONE.failure("Ann is no number"));
  }

  private static Optional<String> record(String written, String stored) {
    String shown = MASK.json(stored, new HashSet<>()).orElse(ValueMask.MASKED);
    return MASK.restored(written, shown, stored);
  }

  @Test
  void whatIsMaskedInARecordThatWasEditedIsAsItWas() {
    String stored =
        "{\"id\":\"x\",\"passenger\":\"Ann\",\"legs\":[{\"passenger\":\"Bob\",\"seat\":1}]}";
    assertEquals(
        Optional.of(
            "{\"id\":1,\"passenger\":\"Ann\",\"legs\":[{\"passenger\":\"Bob\",\"seat\":2}]}"),
        record(
            "{\"id\":1,\"passenger\":\"***\",\"legs\":[{\"passenger\":\"***\",\"seat\":2}]}",
            stored));
    String other = "{\"id\":1,\"passenger\":\"Cy\"}";
    assertEquals(Optional.of(other), record(other, stored), "as it is typed");
    for (String lost :
        List.of(
            "{\"id\":1,\"traveller\":\"***\"}",
            "{\"id\":1,\"passenger\":\"*** Zimt\"}",
            "{\"legs\":[{\"passenger\":\"***\"},{\"passenger\":\"***\"}]}",
            "{\"id\":1,\"passenger\":\"***\"",
            "***")) {
      assertEquals(Optional.empty(), record(lost, stored), lost);
    }
    assertEquals(Optional.empty(), record("{\"id\":1,\"passenger\":\"***\"}", "broken, Ann"));
    assertEquals(Optional.of("broken, Ann"), record("***", "broken, Ann"), "nothing is changed");
    assertEquals(
        Optional.of("{\"note\":\"***!\",\"passenger\":\"Ann\"}"),
        record(
            "{\"note\":\"***!\",\"passenger\":\"***\"}",
            "{\"note\":\"***\",\"passenger\":\"Ann\"}"),
        "stars of the data are data");
  }

  @Test
  void aValueOfAColumnIsAsItWasOrAnotherOne() throws JsonProcessingException {
    JsonNode stars = JSON.readTree("\"***\"");
    JsonNode ann = JSON.readTree("\"Ann\"");
    JsonNode bob = JSON.readTree("\"Bob\"");
    assertEquals(Optional.of(ann), MASK.restored("passenger", stars, stars, ann));
    assertEquals(Optional.of(bob), MASK.restored("passenger", bob, stars, ann));
    assertEquals(
        Optional.empty(), MASK.restored("seat", stars, JSON.readTree("7"), JSON.readTree("7")));
    assertEquals(
        Optional.of(JSON.readTree("{\"city\":\"Bonn\",\"passenger\":\"Ann\"}")),
        MASK.restored(
            "contact",
            JSON.readTree("{\"city\":\"Bonn\",\"passenger\":\"***\"}"),
            JSON.readTree("{\"city\":\"Ulm\",\"passenger\":\"***\"}"),
            JSON.readTree("{\"city\":\"Ulm\",\"passenger\":\"Ann\"}")));
  }
}
