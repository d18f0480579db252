package io.lakebeam.source.kafka;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;

/** What a broker says, or does not say, as the source's owner understands it. */
final class KafkaProblems {
  private final KafkaSettings settings;

  KafkaProblems(KafkaSettings settings) {
    this.settings = settings;
  }

  /** Runs one call to the broker, its exceptions told in the source's words. */
  <T> T telling(Supplier<T> call) {
    try {
      return call.get();
    } catch (InterruptException | WakeupException e) {
      throw SourceReader.stopped(settings.source());
    } catch (KafkaException e) {
      throw of(e);
    }
  }

  /**
   * The answer to a question that not every broker has an answer for; empty when this one has not,
   * or may not tell.
   */
  <T> Optional<T> told(KafkaFuture<T> answer) {
    try {
      return Optional.ofNullable(answer.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SourceReader.stopped(settings.source());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException retriable) {
        throw of(retriable);
      }
      return Optional.empty();
    }
  }

  private SourceException of(KafkaException e) {
    String said = settings.withoutSecrets(String.valueOf(e.getMessage()));
    if (e instanceof SslAuthenticationException) {
      return SourceException.permanent(
          ErrorCode.SOURCE_UNREACHABLE,
          settings.source(),
          "no TLS connection to " + settings.brokers(),
          said,
          settings.hasTrustStore()
              ? "See whether the trust store holds the broker's certificate"
              : "Give the broker's certificate, as PEM, with ssl.truststore.certificates under properties");
    }
    if (e instanceof AuthenticationException) {
      return SourceException.permanent(
          ErrorCode.SOURCE_DENIED,
          settings.source(),
          settings.brokers() + " refuses the credentials",
          said,
          "Correct the connection string or the sasl.jaas.config that the source refers to");
    }
    if (e instanceof AuthorizationException) {
      return SourceException.permanent(
          ErrorCode.SOURCE_DENIED,
          settings.source(),
          "these credentials may not read " + settings.topic(),
          said,
          "Give them the right to read and describe the topic (on Event Hubs: Listen)");
    }
    if (e instanceof InvalidTopicException || e instanceof UnknownTopicOrPartitionException) {
      return absentTopic();
    }
    if (e instanceof TimeoutException) {
      return unreachable(said);
    }
    if (e instanceof OffsetOutOfRangeException outOfRange) {
      Map.Entry<TopicPartition, Long> first =
          outOfRange.offsetOutOfRangePartitions().entrySet().iterator().next();
      return SourceException.permanent(
          ErrorCode.INPUT_MISSING,
          settings.source(),
          first.getKey() + " no longer holds offset " + first.getValue(),
          "the records expired, or the topic was made anew, after they were planned",
          EXPIRED_FIX);
    }
    return SourceException.retryable(
        ErrorCode.SOURCE_UNREACHABLE,
        settings.source(),
        "the broker at " + settings.brokers() + " failed",
        e.getClass().getSimpleName() + ": " + said,
        "See the broker's log; the pipeline tries again",
        null);
  }

  private static final String EXPIRED_FIX =
      "Raise the topic's retention or run more often than it; to go on without the lost records,"
          + " give the source another name, which starts it anew at its starting_offsets (if it is"
          + " the only source, the pipeline as well)";

  SourceException unreachable(String said) {
    return SourceException.retryable(
        ErrorCode.SOURCE_UNREACHABLE,
        settings.source(),
        "no answer from the broker at " + settings.brokers(),
        "it is down, out of reach, or speaks another protocol than the source says (" + said + ")",
        "Start the broker or correct the address; the pipeline tries again",
        null);
  }

  /** A broker that answered when the range was begun, and has not for so long. */
  SourceException gone(TopicPartition partition, long position, Duration silent) {
    return SourceException.retryable(
        ErrorCode.SOURCE_UNREACHABLE,
        settings.source(),
        "no answer from the broker at " + settings.brokers() + " for " + silent.toSeconds() + " s",
        "it went away while " + partition + " was read, at offset " + position,
        "Start the broker, or see to the way there; then run the update again: it goes on where it"
            + " stopped (default.api.timeout.ms under properties says how long it waits)",
        null);
  }

  /** A broker that tells its topics and their ends, and has sent nothing for so long. */
  SourceException silent(TopicPartition partition, long position, Duration silent) {
    return SourceException.retryable(
        ErrorCode.SOURCE_UNREACHABLE,
        settings.source(),
        "the broker at "
            + settings.brokers()
            + " answers, but has sent nothing for "
            + silent.toSeconds()
            + " s",
        partition + " is read at offset " + position + ", and there are records behind it",
        "See to the broker; then run the update again: it goes on where it stopped"
            + " (default.api.timeout.ms under properties says how long it waits)",
        null);
  }

  SourceException unknownHost() {
    return SourceException.retryable(
        ErrorCode.SOURCE_UNREACHABLE,
        settings.source(),
        "no broker at " + settings.brokers(),
        "the name does not resolve to an address",
        "Correct the name, or see whether name resolution works here",
        null);
  }

  SourceException absentTopic() {
    return absentTopic("");
  }

  /**
   * @param question which other topic may have been meant: the opening of the fix
   */
  SourceException absentTopic(String question) {
    return SourceException.permanent(
        ErrorCode.SOURCE_MISSING,
        settings.source(),
        "there is no topic " + settings.topic() + " at " + settings.brokers(),
        "the broker answers, but does not know the topic or hides it from these credentials",
        question + "Create the topic (on Event Hubs: the event hub) or correct its name");
  }

  SourceException expired(int partition, long planned, long beginning) {
    return SourceException.permanent(
        ErrorCode.INPUT_MISSING,
        settings.source(),
        (beginning - planned)
            + " records of "
            + settings.topic()
            + "-"
            + partition
            + " expired before they were read",
        "reading stands at offset " + planned + ", the topic now begins at " + beginning,
        EXPIRED_FIX);
  }

  SourceException recreated(int partition, long planned, long end) {
    return SourceException.permanent(
        ErrorCode.TOPIC_REPLACED,
        settings.source(),
        settings.topic() + "-" + partition + " holds fewer records than were already read",
        "reading stands at offset "
            + planned
            + ", the topic ends at "
            + end
            + ": it was deleted and made anew, or lost records",
        "Give the source another name, which starts it anew at its starting_offsets (if it is the"
            + " only source, the pipeline as well)");
  }
}
