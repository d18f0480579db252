package io.lakebeam.epoch;

import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceIdentity;
import io.lakebeam.source.SourcePosition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A source that is held against the one that the ledger's positions are of: offsets of a topic mean
 * nothing in another topic of that name. Looked at when it is first asked, and then once a minute,
 * because each look is a connection of its own. What the ledger does not know yet is put into it.
 */
public final class SameSource implements SourceDiscovery {
  static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

  private final String name;
  private final String reading;
  private final SourceDiscovery source;
  private final Ledger ledger;
  private final boolean isAccepted;
  private final Clock clock;
  private final Consumer<String> warnings;
  private Instant lookedAt = Instant.MIN;

  /**
   * @param reading what the source reads, for people
   * @param isAccepted true when another one may take its place, with its positions
   */
  public SameSource(
      String name,
      String reading,
      SourceDiscovery source,
      Ledger ledger,
      boolean isAccepted,
      Clock clock,
      Consumer<String> warnings) {
    this.name = name;
    this.reading = reading;
    this.source = source;
    this.ledger = ledger;
    this.isAccepted = isAccepted;
    this.clock = clock;
    this.warnings = warnings;
  }

  @Override
  public Discovery discover(SourcePosition since, long maxRows) {
    Discovery found = source.discover(since, maxRows);
    look(hasBegun(since));
    return found;
  }

  @Override
  public Discovery discover(SourcePosition since, SourcePosition end, long maxRows) {
    Discovery found = source.discover(since, end, maxRows);
    look(hasBegun(since));
    return found;
  }

  @Override
  public Discovery present(SourcePosition since) {
    Discovery found = source.present(since);
    look(hasBegun(since));
    return found;
  }

  @Override
  public Standing standing(Slice planned) {
    look(true);
    return source.standing(planned);
  }

  @Override
  public Remains remains(SourcePosition until) {
    Remains remains = source.remains(until);
    look(hasBegun(until));
    return remains;
  }

  @Override
  public SourceIdentity identity() {
    return source.identity();
  }

  /** Before its first position, a topic may be any. */
  private static boolean hasBegun(SourcePosition since) {
    return !(since instanceof SourcePosition.Offsets offsets) || !offsets.next().isEmpty();
  }

  private void look(boolean hasBegun) {
    if (clock.instant().isBefore(lookedAt.plus(BETWEEN_LOOKS))) {
      return;
    }
    SourceIdentity now = source.identity();
    lookedAt = clock.instant();
    if (now.equals(SourceIdentity.UNKNOWN)) {
      return;
    }
    Optional<SourceIdentity> before = PipelineIdentity.identity(ledger, name);
    if (before.isPresent() && hasBegun && !now.mayBe(before.get())) {
      if (!isAccepted) {
        lookedAt = Instant.MIN;
        throw now.isNot(before.get(), name, reading);
      }
      warnings.accept(
          name + ": " + reading + " is another than before, and is read on where reading stands");
    }
    SourceIdentity known = now.orElse(before.filter(now::mayBe).orElse(SourceIdentity.UNKNOWN));
    if (!known.equals(before.orElse(SourceIdentity.UNKNOWN))) {
      PipelineIdentity.remember(ledger, name, known);
    }
  }
}
