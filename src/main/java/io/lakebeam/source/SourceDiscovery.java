package io.lakebeam.source;

import io.lakebeam.source.file.FolderDiscovery;
import io.lakebeam.source.kafka.KafkaSettings;
import io.lakebeam.source.kafka.TopicDiscovery;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.storage.Storage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Finds out what is new in a source, for the planner. Reads no records.
 *
 * <pre>{@code
 * SourceDiscovery discovery = SourceDiscovery.of(storage, source, Secrets::resolve);
 * Discovery found = discovery.discover(SourcePosition.start(source), 200_000);
 * }</pre>
 */
public interface SourceDiscovery {
  /** How long a broker has to answer, by default. */
  Duration BROKER_ANSWERS_WITHIN = Duration.ofSeconds(15);

  /**
   * For one source.
   *
   * @param resolve the value of a setting that may hold a secret; called at discovery
   */
  static SourceDiscovery of(
      Storage storage, SourceSpec source, Function<SecretText, String> resolve) {
    return of(storage, source, resolve, BROKER_ANSWERS_WITHIN);
  }

  /**
   * For one source, with the patience to have with its broker.
   *
   * @param answerWithin how long a broker has to answer each question; there are three
   */
  static SourceDiscovery of(
      Storage storage,
      SourceSpec source,
      Function<SecretText, String> resolve,
      Duration answerWithin) {
    return source
        .connection()
        .match(
            kafka -> new TopicDiscovery(source.name(), kafka, resolve, answerWithin),
            files -> new FolderDiscovery(storage, source, files));
  }

  /**
   * What a source reads, as far as positions in it depend on that: {@code topic flights} or {@code
   * files}. Asks nobody.
   *
   * @param resolve the value of a setting that may hold a secret: an event hub's name may stand in
   *     its connection string only
   * @throws SourceException when the connection string cannot be used
   */
  static String reading(SourceSpec source, Function<SecretText, String> resolve) {
    return source
        .connection()
        .match(
            kafka -> "topic " + new KafkaSettings(source.name(), kafka, resolve).topic(),
            files -> "files");
  }

  /**
   * What is new since a position. The same source and position give the same slices in the same
   * order.
   *
   * @param since of this source's kind
   * @param maxRows bound on the rows of all slices, at least 1; files count with an estimate, and
   *     one file is always taken
   * @throws SourceException when the source cannot be asked, or lost records that were never read
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  Discovery discover(SourcePosition since, long maxRows);

  /**
   * What is new since a position, up to what an earlier look has found. What lies behind that look
   * takes nothing of the bound.
   *
   * @param end a position of this source's kind
   */
  default Discovery discover(SourcePosition since, SourcePosition end, long maxRows) {
    return discover(since, maxRows).upTo(end);
  }

  /**
   * All that is there now. A file that has just been written is waited for, two seconds at most, to
   * see whether it is finished.
   *
   * @throws SourceException when the source cannot be asked, or lost records that were never read
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  default Discovery present(SourcePosition since) {
    return discover(since, Long.MAX_VALUE);
  }

  /**
   * What has become of a slice since it was planned, as far as it can be known without reading it.
   * A topic tells when it is read.
   *
   * @throws SourceException when the source cannot be asked
   */
  default Standing standing(Slice planned) {
    return new Standing.AsPlanned();
  }

  /**
   * What is still there of all that lies before a position, and what is not, for tables that are
   * computed anew.
   *
   * @param until a position of this source's kind
   * @throws SourceException when the source cannot be asked
   */
  default Remains remains(SourcePosition until) {
    return new Remains(List.of(), "nothing of it is kept");
  }

  /**
   * What a source can give once more.
   *
   * @param slices oldest first
   * @param lost what it cannot give any more, as a sentence without full stop; empty for nothing
   */
  record Remains(List<Slice> slices, String lost) {
    public Remains {
      slices = List.copyOf(slices);
      Objects.requireNonNull(lost, "lost");
    }
  }

  /**
   * Which topic its positions are of, whatever its name. Asks the broker.
   *
   * @throws SourceException when the source cannot be asked
   */
  default SourceIdentity identity() {
    return SourceIdentity.UNKNOWN;
  }

  /** What a planned slice is now. */
  sealed interface Standing {
    /** It gives what it would have given when it was planned. */
    record AsPlanned() implements Standing {}

    /**
     * Something else is in its place.
     *
     * @param now what a plan would say of it now
     */
    record Changed(Slice now) implements Standing {}

    /** Nothing is in its place. */
    record Gone() implements Standing {}
  }
}
