package io.lakebeam.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.source.Slice.FileSlice;
import io.lakebeam.source.Slice.KafkaRange;
import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.source.SourcePosition.Offsets;
import io.lakebeam.source.SourcePosition.SeenFiles;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is held of slices and positions of every kind, and what each kind makes of it. */
class SliceTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final FileSlice A = new FileSlice("reports", "in/a.csv", 300, 1000);
  private static final FileSlice B = new FileSlice("reports", "in/b.csv", 300, 1000);
  private static final KafkaRange RANGE = new KafkaRange("events", "flights", 3, 10, 17);

  /**
   * Of one kind.
   *
   * @param before where the source stands before the slices
   */
  private record Kind(SourcePosition before, List<Slice> slices) {}

  static List<Kind> kinds() {
    return List.of(
        new Kind(
            new Offsets(Map.of(0, 5L, 3, 10L)),
            List.of(new KafkaRange("events", "flights", 0, 5, 9), RANGE)),
        new Kind(new SeenFiles(Set.of(new FileIdentity("in/0.csv", 3, 1))), List.of(A, B)),
        new Kind(
            new SeenFiles(new TreeSet<>(Set.of(new FileIdentity("in/0.csv", 3, 9))), 7),
            List.of(A, B)),
        new Kind(veryMany(), List.of(A, B)));
  }

  /** More than a ledger names one by one. */
  private static SeenFiles veryMany() {
    Set<FileIdentity> files = new HashSet<>();
    for (int i = 0; i < 5000; i++) {
      files.add(new FileIdentity("in/ü\n\t" + i, i, i / 7));
    }
    return new SeenFiles(files);
  }

  @Test
  void veryManyFilesTakeLittleRoom() {
    ObjectNode node = MAPPER.createObjectNode();
    veryMany().write(node);
    int bytes = node.toString().length();
    assertTrue(bytes < 5000 * 12, bytes + " bytes");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void newsAddUpToWhereTheyComeFrom(Kind kind) {
    SourcePosition after = kind.before();
    for (Slice slice : kind.slices()) {
      after = after.plus(slice.position());
    }
    assertEquals(after, kind.before().plus(after.newsSince(kind.before())));
    assertEquals(after, after.plus(after));
    assertEquals(kind.before(), after.upTo(kind.before()));
    assertFalse(after.isStart());
    for (Slice slice : kind.slices()) {
      assertEquals(Optional.of(slice), slice.upTo(after));
      assertEquals(Optional.empty(), slice.upTo(kind.before()));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void partsAreTheWhole(Kind kind) {
    for (Slice slice : kind.slices()) {
      List<? extends Slice> parts = slice.parts(2);
      assertEquals(slice.weight(), parts.stream().mapToLong(Slice::weight).sum());
      assertEquals(slice.position(), parts.get(parts.size() - 1).position());
      assertEquals(slice, slice.newest(Long.MAX_VALUE));
      assertThrows(IllegalArgumentException.class, () -> slice.parts(0));
      assertThrows(IllegalArgumentException.class, () -> slice.newest(0));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whatIsWrittenIsRead(Kind kind) {
    ObjectNode position = MAPPER.createObjectNode();
    kind.before().write(position);
    assertEquals(kind.before(), SourcePosition.read(position));
    for (Slice slice : kind.slices()) {
      ObjectNode node = MAPPER.createObjectNode();
      slice.write(node);
      assertEquals(slice, Slice.read(node));
    }
  }

  @Test
  void offsetsAreCutAndFilesAreNot() {
    assertEquals(
        List.of(
            new KafkaRange("events", "flights", 3, 10, 13),
            new KafkaRange("events", "flights", 3, 13, 16),
            new KafkaRange("events", "flights", 3, 16, 17)),
        RANGE.parts(3));
    assertEquals(new KafkaRange("events", "flights", 3, 15, 17), RANGE.newest(2));
    assertEquals(
        Optional.of(new KafkaRange("events", "flights", 3, 10, 12)),
        RANGE.upTo(new Offsets(Map.of(3, 12L))));
    assertEquals(Optional.empty(), RANGE.upTo(new Offsets(Map.of(0, 12L))));
    assertEquals(List.of(A), A.parts(1));
  }

  /** A file that has changed since is another one. */
  @Test
  void aFileLiesBeforeALookThatSawItAsItIs() {
    assertEquals(Optional.of(A), A.upTo(A.position()));
    assertEquals(
        Optional.empty(), A.upTo(new SeenFiles(Set.of(new FileIdentity("in/a.csv", 300, 1001)))));
  }

  @Test
  void kindsAreNotMixed() {
    assertThrows(IllegalArgumentException.class, () -> A.upTo(RANGE.position()));
    assertThrows(IllegalArgumentException.class, () -> RANGE.upTo(A.position()));
    assertThrows(IllegalArgumentException.class, () -> A.position().plus(RANGE.position()));
    assertThrows(IllegalArgumentException.class, () -> RANGE.position().newsSince(A.position()));
    assertThrows(IllegalArgumentException.class, () -> RANGE.position().upTo(A.position()));
  }

  @Test
  void whatALaterVersionWroteIsNotGuessedAt() {
    ObjectNode later = MAPPER.createObjectNode().put("kind", "rows").put("version", 9);
    String slice =
        assertThrows(UnknownVersionException.class, () -> Slice.read(later)).getMessage();
    assertTrue(slice.startsWith("a slice with "), slice);
    assertThrows(UnknownVersionException.class, () -> SourcePosition.read(later));
  }
}
