package io.lakebeam.epoch;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * The update that has begun to do epochs and has not ended: {@code update.json} below the ledger's
 * folder. One that is still there when the next update begins has died. Nothing rests on it but
 * what people are told.
 *
 * @param id of the update
 * @param begunAt when it began
 */
public record RunningUpdate(String id, Instant begunAt) {
  private static final String FILE = "update.json";

  public RunningUpdate {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(begunAt, "begunAt");
  }

  /** The one that a ledger has; empty for none, and for a file that nobody can read. */
  public static Optional<RunningUpdate> of(Ledger ledger) {
    return ledger.storage().read(file(ledger)).flatMap(RunningUpdate::read);
  }

  private static Optional<RunningUpdate> read(byte[] json) {
    try {
      JsonNode root = LedgerJson.tree(json);
      return Optional.of(
          new RunningUpdate(
              root.path("update_id").asText(), Instant.parse(root.path("begun_at").asText())));
    } catch (DateTimeException | UncheckedIOException e) {
      return Optional.empty(); // it was cut off, or is somebody else's
    }
  }

  /** Says that this one has begun. */
  public void begins(Ledger ledger) {
    ledger
        .storage()
        .replace(
            file(ledger),
            LedgerJson.bytes(
                LedgerJson.object().put("update_id", id).put("begun_at", begunAt.toString())));
  }

  /** Says that this one has ended, unless another one has begun since. */
  public void ends(Ledger ledger) {
    if (of(ledger).filter(this::equals).isPresent()) {
      ledger.storage().delete(file(ledger));
    }
  }

  private static Path file(Ledger ledger) {
    return new Path(ledger.folder(), FILE);
  }
}
