package io.lakebeam.expectation;

import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/**
 * What becomes of a row after all rules were looked at. A row ends in one place only: a rule that
 * fails the update wins over one that quarantines, that over one that drops, and a row that breaks
 * only {@code warn} rules is kept.
 *
 * @param destination where the row goes
 * @param failed indexes of the rules it breaks
 */
public record Verdict(Destination destination, BitSet failed) {
  private static final Verdict CLEAN = new Verdict(Destination.ACCEPTED, new BitSet());

  /** Where a row goes. */
  public enum Destination {
    ACCEPTED,
    DROPPED,
    QUARANTINED,
    FAILED
  }

  /** Says of each rule whether the row passes it. */
  @FunctionalInterface
  public interface Passes {
    boolean passes(int rule);
  }

  public Verdict {
    Objects.requireNonNull(destination, "destination");
    failed = (BitSet) failed.clone();
  }

  /** Looks at every rule, in order. */
  public static Verdict of(List<Expectation> rules, Passes row) {
    BitSet failed = null;
    Destination destination = Destination.ACCEPTED;
    for (int i = 0; i < rules.size(); i++) {
      if (!row.passes(i)) {
        failed = failed == null ? new BitSet(rules.size()) : failed;
        failed.set(i);
        Destination own = destination(rules.get(i).onViolation());
        destination = own.ordinal() > destination.ordinal() ? own : destination;
      }
    }
    return failed == null ? CLEAN : new Verdict(destination, failed);
  }

  /** This verdict, with the quarantine in place of a failure. */
  public Verdict forgiven() {
    return destination == Destination.FAILED ? new Verdict(Destination.QUARANTINED, failed) : this;
  }

  /** Names of the rules that the row breaks. */
  public List<String> failedNames(List<Expectation> rules) {
    return failed.stream().mapToObj(i -> rules.get(i).name()).toList();
  }

  private static Destination destination(OnViolation action) {
    return switch (action) {
      case WARN -> Destination.ACCEPTED;
      case DROP -> Destination.DROPPED;
      case QUARANTINE -> Destination.QUARANTINED;
      case FAIL -> Destination.FAILED;
    };
  }
}
