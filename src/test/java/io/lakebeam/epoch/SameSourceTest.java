package io.lakebeam.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceIdentity;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.TestingClock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SameSourceTest {
  private static final SourceIdentity FIRST = new SourceIdentity("here", "one");
  private static final SourceIdentity ANEW = new SourceIdentity("here", "two");
  private static final SourcePosition NOTHING = new SourcePosition.Offsets(Map.of());
  private static final SourcePosition BEGUN = new SourcePosition.Offsets(Map.of(0, 5L));

  @TempDir Path lake;
  private final TestingClock clock = new TestingClock(Instant.EPOCH);
  private final List<String> warnings = new ArrayList<>();
  private Ledger ledger;
  private SourceIdentity told = FIRST;
  private int looks;

  @BeforeEach
  void ledger() {
    ledger = new Ledger(Place.of(lake.toString()), "p", Ledger.Retention.DEFAULT);
    PipelineIdentity.claim(ledger, "p", Map.of("flights", "topic flights"));
  }

  /** A topic without records that says what it is told to say. */
  private final class Topic implements SourceDiscovery {
    @Override
    public Discovery discover(SourcePosition since, long maxRows) {
      return new Discovery(List.of(), since, false, List.of());
    }

    @Override
    public SourceIdentity identity() {
      looks++;
      return told;
    }
  }

  /** Of another run each time. */
  private SameSource source(boolean isAccepted) {
    return new SameSource(
        "flights", "topic flights", new Topic(), ledger, isAccepted, clock, warnings::add);
  }

  private Optional<SourceIdentity> known() {
    return PipelineIdentity.identity(ledger, "flights");
  }

  @Test
  void whatALakeDoesNotKnowIsTakenFromTheNextLook() {
    source(false).discover(BEGUN, 10);
    assertEquals(Optional.of(FIRST), known());
    // Another source is claimed later; what is known of this one stays.
    PipelineIdentity.claim(ledger, "p", Map.of("flights", "topic flights", "reports", "files"));
    assertEquals(Optional.of(FIRST), known());
  }

  @Test
  void anotherTopicOfTheNameIsRefusedWithBothWaysOut() {
    source(false).discover(BEGUN, 10);
    told = ANEW;
    SourceException e =
        assertThrows(SourceException.class, () -> source(false).discover(BEGUN, 10));
    assertEquals("topic flights is not the one that was read so far", e.problem());
    assertEquals("it was deleted and made anew: its id is two, and was one", e.reason());
    assertTrue(e.fix().contains("another name") && e.fix().contains("--accept-topic"), e.fix());
    assertThrows(SourceException.class, () -> source(false).present(BEGUN));
    assertThrows(SourceException.class, () -> source(false).discover(BEGUN, BEGUN, 10));
    assertThrows(
        SourceException.class,
        () -> source(false).standing(new Slice.KafkaRange("flights", "flights", 0, 0, 5)));
    told = new SourceIdentity("there", "one");
    assertEquals(
        "it is in the cluster there, and was in here",
        assertThrows(SourceException.class, () -> source(false).discover(BEGUN, 10)).reason());
  }

  @Test
  void anotherTopicIsReadOnWhenThatIsAccepted() {
    source(false).discover(BEGUN, 10);
    told = ANEW;
    source(true).discover(BEGUN, 10);
    assertEquals(
        List.of(
            "flights: topic flights is another than before, and is read on where reading stands"),
        warnings);
    source(false).discover(BEGUN, 10);
    assertEquals(Optional.of(ANEW), known());
  }

  @Test
  void whatNobodySaysDecidesNothing() {
    source(false).discover(BEGUN, 10);
    told = SourceIdentity.UNKNOWN;
    source(false).discover(BEGUN, 10);
    told = new SourceIdentity("here", "");
    source(false).discover(BEGUN, 10);
    assertEquals(Optional.of(FIRST), known());
  }

  @Test
  void aTopicThatWasNeverReadMayBeAny() {
    source(false).discover(NOTHING, 10);
    told = ANEW;
    source(false).discover(NOTHING, 10);
    assertEquals(Optional.of(ANEW), known());
  }

  @Test
  void aLongRunLooksOnceAMinute() {
    SameSource source = source(false);
    source.discover(BEGUN, 10);
    source.discover(BEGUN, 10);
    assertEquals(1, looks);
    told = ANEW;
    clock.step(SameSource.BETWEEN_LOOKS);
    assertThrows(SourceException.class, () -> source.discover(BEGUN, 10));
    assertThrows(SourceException.class, () -> source.discover(BEGUN, 10), "and it stays so");
  }
}
