package io.lakebeam.doctor;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import io.lakebeam.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What this process may do in a lake: a file is written there, renamed and removed. Nothing stays,
 * and a lake that only the probe has made is removed too.
 */
public final class LakeProbe {
  /** A lease lasts 30 seconds: clocks further apart than half of that make it pass on early. */
  private static final Duration SKEW = Duration.ofSeconds(15);

  private static final byte[] PROBE = "lakebeam doctor\n".getBytes(StandardCharsets.UTF_8);

  private final Storage storage;
  private final @Nullable Path lake;
  private final boolean isOurs;
  private final Clock clock;

  /**
   * @param lake null when it is not known where it is; then every check is skipped
   * @param isOurs true when nobody has made the lake yet
   */
  public LakeProbe(@Nullable Place lake, boolean isOurs, Clock clock) {
    this.storage = lake == null ? Storage.PLAIN : lake.storage();
    this.lake = lake == null ? null : lake.path();
    this.isOurs = isOurs;
    this.clock = clock;
  }

  /** The checks {@code write}, {@code clock}, {@code rename} and {@code delete}. */
  public void run(Checks checks) {
    Path folder =
        new Path(lake == null ? "/" : lake.toString(), "_lakebeam_doctor_" + UUID.randomUUID());
    Path file = new Path(folder, "probe");
    boolean isWritten =
        checks.find("write", () -> new Checks.Found<>(true, write(file))).isPresent();
    checks.aside("clock", () -> skew(storage.status(file).orElseThrow(), clock.instant()));
    checks.aside("rename", () -> rename(file, new Path(folder, "renamed")));
    Optional<Path> made = isOurs ? Optional.ofNullable(lake) : Optional.empty();
    checks.aside("delete", () -> delete(folder, made));
    if (lake != null && !isWritten) {
      // Half of a probe may be there all the same; that it cannot be removed is no news then.
      checks.quietly(() -> delete(folder, made));
    }
  }

  private Outcome write(Path probe) {
    boolean first = storage.putIfAbsent(probe, PROBE);
    boolean second = storage.putIfAbsent(probe, PROBE);
    boolean isSame = storage.read(probe).filter(bytes -> Arrays.equals(bytes, PROBE)).isPresent();
    if (first && !second && isSame) {
      return new Outcome.Ok("a file is written once, refused a second time, and reads the same");
    }
    return new Outcome.Failed(
        ErrorCode.STORAGE_UNSAFE,
        "the storage does not keep what a commit rests on",
        first && second
            ? "a file that was there was written over by a write-if-absent"
            : "a file that was written does not read the same",
        "Use storage that can create a file only if it is absent, such as ADLS Gen2 (abfss), S3"
            + " or a local disk");
  }

  private Outcome rename(Path from, Path to) throws IOException {
    FileSystem files = storage.fileSystem(from);
    try {
      if (files.rename(from, to) && storage.read(to).isPresent() && storage.read(from).isEmpty()) {
        return new Outcome.Ok("a file can be renamed");
      }
    } catch (IOException e) {
      throw new StorageException("rename", from.toString(), e);
    }
    return new Outcome.Failed(
        ErrorCode.STORAGE_DENIED,
        "a file cannot be renamed",
        "the storage refused it",
        "Allow it to write and delete there");
  }

  /** Also a lake that only the probe has made. */
  private Outcome delete(Path folder, Optional<Path> lake) throws IOException {
    storage.delete(folder);
    if (storage.status(folder).isPresent()) {
      return new Outcome.Failed(
          ErrorCode.STORAGE_DENIED,
          "a file cannot be deleted",
          folder + " is still there",
          "Allow the account to delete there, and delete that folder");
    }
    if (lake.isPresent() && storage.list(lake.get()).isEmpty()) {
      storage.delete(lake.get());
    }
    return new Outcome.Ok("files can be deleted; the probe is removed");
  }

  static Outcome skew(FileStatus written, Instant now) {
    Duration apart = Duration.between(Instant.ofEpochMilli(written.getModificationTime()), now);
    return apart.abs().compareTo(SKEW) <= 0
        ? new Outcome.Ok("the storage's clock and this machine's agree")
        : new Outcome.Warning(
            ErrorCode.MACHINE_UNFIT,
            "this machine's clock is "
                + apart.abs().toSeconds()
                + (apart.isNegative() ? " s behind" : " s ahead of")
                + " the storage's",
            "a lease would expire too soon or too late",
            "Set this machine's clock, by NTP");
  }
}
