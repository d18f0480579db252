package io.lakebeam.selftest;

import io.lakebeam.doctor.Outcome;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.storage.Place;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The folder of one self-test in the lake. Its name tells when it was made, since folders of an
 * object store have no dates; one that a killed self-test has left is removed by a later one.
 */
final class Scratch {
  private static final String PREFIX = "_lakebeam_self_test_";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d{8}T\\d{6}Z)_[0-9a-f]{8}");

  /** None that is younger is removed: its self-test may be under way. */
  private static final Duration OLD = Duration.ofDays(1);

  private final Place lake;
  private final Place folder;
  private final Clock clock;

  Scratch(Place lake, Clock clock) {
    this.lake = lake;
    this.clock = clock;
    this.folder =
        lake.child(
            PREFIX
                + TIME.format(clock.instant())
                + "_"
                + UUID.randomUUID().toString().substring(0, 8));
  }

  /** A place below it. */
  Place place(String name) {
    return folder.child(name);
  }

  /** Also a lake in which there is nothing else. */
  Outcome remove() {
    Path path = folder.path();
    lake.storage().delete(path);
    if (lake.storage().status(path).isPresent()) {
      return new Outcome.Failed(
          ErrorCode.STORAGE_DENIED,
          "what the self-test has written is still there",
          folder + " cannot be deleted",
          "Allow the account to delete there, and delete that folder");
    }
    Path root = lake.path();
    if (lake.storage().status(root).isPresent() && lake.storage().list(root).isEmpty()) {
      lake.storage().delete(root);
    }
    return new Outcome.Ok("nothing is left in the lake");
  }

  /** What killed self-tests have left more than a day ago. */
  Outcome removeOlder() {
    List<String> removed = new ArrayList<>();
    for (FileStatus each : lake.storage().list(lake.path())) {
      String name = each.getPath().getName();
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches() && isOld(matcher.group(1))) {
        lake.storage().delete(each.getPath());
        removed.add(name);
      }
    }
    return new Outcome.Ok(
        removed.isEmpty()
            ? "none of a self-test that was killed"
            : "removed what killed self-tests have left: " + String.join(", ", removed));
  }

  private boolean isOld(String time) {
    try {
      return TIME.parse(time, Instant::from).isBefore(clock.instant().minus(OLD));
    } catch (DateTimeParseException e) {
      // Digits that are no date: not one of ours.
      return false;
    }
  }
}
