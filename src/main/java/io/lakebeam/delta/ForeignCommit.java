package io.lakebeam.delta;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * A commit of somebody else to a table.
 *
 * @param operation Delta's name for it, like {@code SET TBLPROPERTIES}; empty when its writer does
 *     not say
 * @param user who did it, as Databricks writes it; empty when nobody says
 * @param engine what did it, like {@code Databricks-Runtime/16.4.x-scala2.12}; may be empty
 * @param at when; empty when its writer does not say
 * @param addsRows true when it has added files with rows that were not there
 * @param removesRows true when it has taken files with rows away
 */
public record ForeignCommit(
    long version,
    String operation,
    String user,
    String engine,
    Optional<Instant> at,
    boolean addsRows,
    boolean removesRows) {
  static ForeignCommit of(long version, List<JsonNode> actions) {
    JsonNode info = DeltaActions.first(actions, "commitInfo");
    String operation = info.path("operation").asText("");
    Optional<Instant> at =
        info.path("timestamp").canConvertToLong()
            ? Optional.of(
                Instant.ofEpochMilli(info.path("timestamp").asLong())
                    .truncatedTo(ChronoUnit.SECONDS))
            : Optional.empty();
    return new ForeignCommit(
        version,
        operation,
        info.path("userName").asText(""),
        info.path("engineInfo").asText(""),
        at,
        hasChange(actions, "add"),
        hasChange(actions, "remove"));
  }

  private static boolean hasChange(List<JsonNode> actions, String kind) {
    return actions.stream()
        .anyMatch(action -> action.path(kind).path("dataChange").asBoolean(false));
  }

  /** False when it only arranged files anew, for example, or set properties. */
  public boolean changesRows() {
    return addsRows || removesRows;
  }

  /** In words: {@code RESTORE by anna@contoso.com in version 3, at 2026-03-01T12:00:00Z}. */
  @Override
  public String toString() {
    return (operation.isEmpty() ? "a commit" : operation)
        + (user.isEmpty() ? "" : " by " + user)
        + " in version "
        + version
        + at.map(time -> ", at " + time).orElse("")
        + (engine.isEmpty() ? "" : ", with " + engine);
  }
}
