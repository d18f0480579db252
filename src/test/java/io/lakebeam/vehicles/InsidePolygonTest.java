package io.lakebeam.vehicles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InsidePolygonTest {
  /** An angle: two wide, two high, without its upper right quarter. */
  private static final List<List<Double>> ANGLE =
      List.of(
          List.of(0.0, 0.0),
          List.of(2.0, 0.0),
          List.of(2.0, 1.0),
          List.of(1.0, 1.0),
          List.of(1.0, 2.0),
          List.of(0.0, 2.0));

  /** By quarters, so that edges, corners and lines through corners are met. */
  @Test
  void everyPointIsInsideOrNotWhicheverWayTheRingGoes() {
    List<List<Double>> closed = new ArrayList<>(ANGLE);
    closed.add(ANGLE.get(0));
    List<List<Double>> turned = new ArrayList<>(closed);
    Collections.reverse(turned);
    for (double x = -0.5; x <= 2.5; x += 0.25) {
      for (double y = -0.5; y <= 2.5; y += 0.25) {
        boolean isInside = x >= 0 && y >= 0 && x <= 2 && y <= 2 && (x <= 1 || y <= 1);
        for (List<List<Double>> ring : List.of(ANGLE, closed, turned)) {
          assertEquals(isInside, InsidePolygon.eval(ring, y, x), x + " " + y);
        }
      }
    }
  }

  @Test
  void aTriangleIsWhatItsSidesSay() {
    List<List<Double>> triangle = List.of(List.of(1.0, 1.0), List.of(9.0, 2.0), List.of(3.0, 8.0));
    Random random = new Random(7);
    int inside = 0;
    for (int i = 0; i < 2_000; i++) {
      double x = random.nextDouble() * 10;
      double y = random.nextDouble() * 10;
      boolean isInside =
          side(1, 1, 9, 2, x, y) > 0 && side(9, 2, 3, 8, x, y) > 0 && side(3, 8, 1, 1, x, y) > 0;
      assertEquals(isInside, InsidePolygon.eval(triangle, y, x), x + " " + y);
      inside += isInside ? 1 : 0;
    }
    assertTrue(inside > 200, "points inside: " + inside);
    assertEquals(true, InsidePolygon.eval(triangle, 5.0, 6.0)); // the middle of a side
  }

  /** Greater than nought to the left of a line. */
  private static double side(double x1, double y1, double x2, double y2, double x, double y) {
    return (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
  }

  @Test
  void nullIsNull() {
    assertNull(InsidePolygon.eval(null, 1.0, 1.0));
    assertNull(InsidePolygon.eval(ANGLE, null, 1.0));
    assertNull(InsidePolygon.eval(ANGLE, 1.0, null));
  }

  @Test
  void aRingThatIsNoneFails() {
    assertEquals("a polygon has at least three corners, not 2", failure(ANGLE.subList(0, 2)));
    assertEquals(
        "corner 2 of a polygon is [longitude, latitude], not [5.0]",
        failure(List.of(List.of(0.0, 0.0), List.of(5.0), List.of(2.0, 1.0))));
    assertEquals(
        "corner 3 of a polygon is [longitude, latitude], not null",
        failure(Arrays.asList(List.of(0.0, 0.0), List.of(2.0, 0.0), null)));
  }

  private static String failure(List<List<Double>> ring) {
    return assertThrows(IllegalArgumentException.class, () -> InsidePolygon.eval(ring, 0.5, 3.0))
        .getMessage();
  }
}
