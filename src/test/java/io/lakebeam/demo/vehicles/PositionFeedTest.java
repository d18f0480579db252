package io.lakebeam.demo.vehicles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.demo.Expected;
import io.lakebeam.vehicles.InsidePolygon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PositionFeedTest {
  private static final int POSITIONS = 20_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void everyDefectAndEveryTableIsThere() {
    Set<Defect> defects = EnumSet.noneOf(Defect.class);
    Iterator<Position> positions = new PositionFeed(7).messages();
    long sent = Long.MIN_VALUE;
    for (int i = 0; i < POSITIONS; i++) {
      Position position = positions.next();
      assertTrue(position.sent() >= sent, "positions come in the order in which they are sent");
      sent = position.sent();
      defects.add(position.defect());
    }
    assertEquals(EnumSet.allOf(Defect.class), defects);
    Expected expected = new PositionFeed(7).expected(POSITIONS);
    expected.rows().forEach((table, rows) -> assertTrue(rows > 0, table));
  }

  /** The generator's rectangles and the pipeline's polygons are the same fences. */
  @Test
  void fencesAreThoseOfThePipeline() throws IOException {
    List<String> lines =
        Files.readAllLines(Path.of("pipelines/vehicles/reference/geofences.jsonl"));
    assertEquals(Fence.ALL.size(), lines.size());
    int inside = 0;
    for (int i = 0; i < lines.size(); i++) {
      Fence fence = Fence.ALL.get(i);
      JsonNode line = JSON.readTree(lines.get(i));
      assertEquals(fence.id(), line.get("fence").asText());
      assertEquals(fence.name(), line.get("fence_name").asText());
      List<List<Double>> ring = new ArrayList<>();
      line.get("ring")
          .forEach(each -> ring.add(List.of(each.get(0).asDouble(), each.get(1).asDouble())));
      Iterator<Position> positions = new PositionFeed(7).messages();
      for (int n = 0; n < POSITIONS; n++) {
        Place place = positions.next().place();
        assertEquals(
            fence.has(place),
            InsidePolygon.eval(ring, place.latitudeDegrees(), place.longitudeDegrees()),
            () -> fence.id() + " " + place);
        inside += fence.has(place) ? 1 : 0;
      }
    }
    assertTrue(inside > 1_000, "positions within fences: " + inside);
  }
}
