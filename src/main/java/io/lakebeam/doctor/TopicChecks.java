package io.lakebeam.doctor;

import io.lakebeam.doctor.Checks.Found;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.kafka.BrokerCertificate;
import io.lakebeam.source.kafka.TopicProbe;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.storage.Storage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The way to a topic: its secrets, its host, TLS, sign-in, the topic, a record. */
final class TopicChecks {
  private static final Duration EXPIRES_SOON = Duration.ofDays(14);

  private final PipelineSpec spec;
  private final SourceSpec source;
  private final Function<SecretText, String> resolve;
  private final Duration patience;
  private final Clock clock;
  private final UnaryOperator<String> ofRecord;

  /**
   * @param ofRecord why a record cannot be read, as it is shown
   */
  TopicChecks(
      PipelineSpec spec,
      SourceSpec source,
      Function<SecretText, String> resolve,
      Duration patience,
      Clock clock,
      UnaryOperator<String> ofRecord) {
    this.spec = spec;
    this.source = source;
    this.resolve = resolve;
    this.patience = patience;
    this.clock = clock;
    this.ofRecord = ofRecord;
  }

  void run(Checks checks) {
    checks.check("secrets", this::secrets);
    // A little less than a check may take, so that the broker's own words come before its end.
    Duration answerWithin = patience.multipliedBy(3).dividedBy(4);
    TopicProbe probe =
        checks
            .find("settings", () -> settings(TopicProbe.of(source, resolve, answerWithin)))
            .orElse(null);
    checks.check(
        "host", () -> new Outcome.Ok("resolves to " + String.join(", ", probe.addresses())));
    checks.check("connection", () -> new Outcome.Ok("takes TCP connections at " + probe.connect()));
    checks.check(
        "certificate",
        () ->
            probe.isEncrypted()
                ? certificate(probe.certificate(), clock.instant())
                : new Outcome.Ok("not asked for: the connection is not encrypted"));
    Set<String> topics =
        checks
            .find("sign-in", () -> new Found<>(probe.signIn(), new Outcome.Ok("signs in")))
            .orElse(Set.of());
    checks.check("topic", () -> topic(probe, probe.partitions(topics)));
    TopicProbe.Offsets offsets =
        checks.find("offsets", () -> offsets(probe.offsets())).orElse(null);
    checks.check("fetch", () -> fetched(probe.fetch(offsets)));
    checks.check("progress", () -> progress(answerWithin));
  }

  private Outcome secrets() {
    List<Problem> unset = Secrets.unsetSecrets(spec.withSources(List.of(source)));
    if (unset.isEmpty()) {
      return new Outcome.Ok("every variable it refers to is set");
    }
    Problem first = unset.get(0);
    String names = String.join(", ", unset.stream().map(Problem::problem).distinct().toList());
    return new Outcome.Failed(first.code(), names, first.cause(), first.fix());
  }

  static Found<TopicProbe> settings(TopicProbe probe) {
    String found = "topic " + probe.topic() + " at " + probe.brokers();
    return new Found<>(
        probe,
        probe.weaknesses().isEmpty()
            ? new Outcome.Ok(found)
            : new Outcome.Warning(
                ErrorCode.SOURCE_UNSAFE,
                found + ", over a connection that is not safe",
                String.join("; ", probe.weaknesses()),
                "Use security.protocol: SASL_SSL with a certificate of the broker's own name, and"
                    + " leave insecure out"));
  }

  static Outcome certificate(BrokerCertificate certificate, Instant now) {
    String date = certificate.expires().atOffset(ZoneOffset.UTC).toLocalDate().toString();
    return certificate.expires().isAfter(now.plus(EXPIRES_SOON))
        ? new Outcome.Ok(
            certificate.subject() + ", trusted until " + date + ", " + certificate.protocol())
        : new Outcome.Warning(
            ErrorCode.SOURCE_INVALID,
            "the broker's certificate expires on " + date,
            certificate.subject() + " is not trusted from then on",
            "Renew it at the broker, and in the trust store if it is there");
  }

  private static Outcome topic(TopicProbe probe, int partitions) {
    String found =
        probe.topic() + " has " + partitions + (partitions == 1 ? " partition" : " partitions");
    return probe.isCompacted()
        ? new Outcome.Warning(
            ErrorCode.SOURCE_INVALID,
            found + " and is compacted",
            "the broker deletes a key's older records at any time: also between two attempts of an"
                + " epoch, whose tables then differ",
            "Read a topic with cleanup.policy=delete, or give it a min.compaction.lag.ms longer"
                + " than any update is down")
        : new Outcome.Ok(found);
  }

  private static Found<TopicProbe.Offsets> offsets(TopicProbe.Offsets offsets) {
    return new Found<>(
        offsets,
        new Outcome.Ok(
            offsets.count() == 0
                ? "readable; the topic is empty"
                : "readable; " + offsets.count() + " between the first and the last"));
  }

  private Outcome fetched(Optional<TopicProbe.Fetched> fetched) {
    if (fetched.isEmpty()) {
      return new Outcome.Ok("nothing to fetch yet");
    }
    String position = fetched.get().position().orElse("an offset without a record");
    return fetched
        .get()
        .rejected()
        .<Outcome>map(
            error ->
                new Outcome.Warning(
                    ErrorCode.INPUT_MISMATCHED,
                    "the newest record does not fit the schema",
                    position + ": " + ofRecord.apply(error),
                    "Correct format and schema of the source; such records go to the quarantine"))
        .orElseGet(() -> new Outcome.Ok("read and decoded " + position));
  }

  /** Whether what comes next in the ledger is still there. */
  private Outcome progress(Duration answerWithin) {
    Ledger.Contents ledger = Ledger.of(TablePaths.lake(spec), spec.name()).contents();
    SourcePosition position = ledger.positions().get(source.name());
    if (position == null) {
      return new Outcome.Ok("nothing was read so far");
    }
    Discovery news =
        SourceDiscovery.of(Storage.of(spec.storage()), source, resolve, answerWithin)
            .discover(position, Long.MAX_VALUE);
    long waiting = news.slices().stream().mapToLong(slice -> slice.rows().orElse(0)).sum();
    return new Outcome.Ok(waiting + " offsets wait behind epoch " + ledger.lastPlanned());
  }
}
