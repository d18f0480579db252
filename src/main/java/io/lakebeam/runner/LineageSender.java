package io.lakebeam.runner;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.graph.Problem;
import io.lakebeam.http.Answers;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.runner.LineageEvents.State;
import io.lakebeam.spec.OpenLineageSpec;
import io.lakebeam.spec.secret.KnownSecrets;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.secret.Secrets;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Tells OpenLineage what an update does. A receiver that is away, slow or wrong keeps no epoch
 * waiting and fails nothing: what does not arrive is left out, and counted.
 */
final class LineageSender implements AutoCloseable {
  /** That a continuous update goes on is told so often, if it has done epochs. */
  private static final Duration GOES_ON = Duration.ofMinutes(1);

  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);
  private static final Duration ALL_AT_THE_END = Duration.ofSeconds(10);
  private static final int WAITING = 20;

  private final Optional<OpenLineageSpec> spec;
  private final Clock clock;
  private final Consumer<String> warnings;
  private final HttpClient client;
  private final ThreadPoolExecutor sending;
  private LineageEvents events;
  private Instant toldAt = Instant.MIN;
  private boolean hasEnded;

  /** By itself: who warns may wait for another thread, which tells of an epoch. */
  private final AtomicLong lost = new AtomicLong();

  private final AtomicReference<String> why = new AtomicReference<>("");
  private final AtomicBoolean isToWarn = new AtomicBoolean();

  LineageSender(Optional<OpenLineageSpec> spec, Clock clock, Consumer<String> warnings) {
    this.spec = spec;
    this.clock = clock;
    this.warnings = warnings;
    this.client =
        spec.flatMap(OpenLineageSpec::url).isEmpty()
            ? null
            : HttpClient.newBuilder()
                .connectTimeout(ANSWERS_WITHIN)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    this.sending =
        spec.isEmpty()
            ? null
            : new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                task -> {
                  Thread thread = new Thread(task, "lineage");
                  thread.setDaemon(true);
                  return thread;
                });
  }

  /** An update begins. */
  synchronized void begins(CompiledPipeline pipeline, String update, Update.Mode mode) {
    if (spec.isEmpty()) {
      return;
    }
    try {
      events = new LineageEvents(pipeline, spec.get(), update, mode, clock);
    } catch (RuntimeException e) {
      // Such as a connection string that is not set: the run itself tells it, if it matters.
      isLost(
          "it cannot be said what is read: " + KnownSecrets.masked(String.valueOf(e.getMessage())));
      return;
    }
    toldAt = clock.instant();
    send(State.START, null);
  }

  /** An epoch is done. */
  synchronized void done(EpochResult result) {
    if (events == null) {
      return;
    }
    events.add(result);
    if (!clock.instant().isBefore(toldAt.plus(GOES_ON))) {
      toldAt = clock.instant();
      send(State.RUNNING, null);
    }
  }

  /**
   * The update has ended; only the first word counts.
   *
   * @param problem why it has failed; null otherwise
   */
  synchronized void ends(State state, Problem problem) {
    if (events != null && !hasEnded) {
      hasEnded = true;
      send(state, problem);
    }
  }

  /** The update has failed; what it has failed with is never hidden by what is told of it. */
  void failed(Throwable thrown) {
    try {
      ends(State.FAIL, UpdateLog.problem(Failures.explain(thrown)));
    } catch (RuntimeException e) {
      thrown.addSuppressed(e);
    }
  }

  private void send(State state, Problem problem) {
    try {
      ObjectNode event = events.event(state, problem);
      sending.execute(() -> deliver(event));
    } catch (RejectedExecutionException e) {
      isLost("the receiver is slower than events come");
    } catch (RuntimeException e) {
      isLost("there is no event: " + KnownSecrets.masked(String.valueOf(e.getMessage())));
    }
  }

  private void deliver(ObjectNode event) {
    try {
      if (spec.orElseThrow().file().isEmpty()) {
        post(event);
      } else {
        write(event);
      }
    } catch (IOException | RuntimeException e) {
      isLost(
          e.getMessage() == null
              ? "no connection (" + e.getClass().getSimpleName() + ")"
              : KnownSecrets.masked(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      isLost("there was no answer in time");
    }
    warn();
  }

  private void write(ObjectNode event) throws IOException {
    Path file = Path.of(spec.orElseThrow().file());
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    Files.writeString(file, event + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void post(ObjectNode event) throws IOException, InterruptedException {
    OpenLineageSpec to = spec.orElseThrow();
    SecretText url = to.url().orElseThrow();
    String address = resolved(url);
    boolean isAllowed =
        to.apiKey().isPresent() ? OpenLineageSpec.isSafe(address) : OpenLineageSpec.isUrl(address);
    if (!isAllowed) {
      throw new IOException(url + " is no https URL of a lineage server");
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    address.replaceAll("/+$", "") + "/" + to.endpoint().replaceAll("^/+", "")))
            .timeout(ANSWERS_WITHIN)
            .header("Content-Type", "application/json")
            .header("User-Agent", "lakebeam")
            .POST(
                HttpRequest.BodyPublishers.ofByteArray(
                    event.toString().getBytes(StandardCharsets.UTF_8)));
    to.apiKey().ifPresent(key -> request.header("Authorization", "Bearer " + resolved(key)));
    HttpResponse<String> answer;
    try {
      answer = Answers.take(client, request.build());
    } catch (IllegalArgumentException e) {
      // The JDK shows the header that it does not take.
      throw new IOException("the URL or the API key has characters that no request may have");
    }
    if (answer.statusCode() < 200 || answer.statusCode() >= 300) {
      throw new IOException("the server answers with HTTP status " + answer.statusCode());
    }
  }

  private static String resolved(SecretText text) {
    String value = Secrets.resolve(text);
    if (!value.equals(text.reference())) {
      KnownSecrets.remember(value, text.reference());
    }
    return value;
  }

  private void isLost(String reason) {
    if (lost.getAndIncrement() == 0) {
      why.set(reason);
      isToWarn.set(true);
    }
  }

  /** Never while a lock of this is held. */
  private void warn() {
    if (isToWarn.getAndSet(false)) {
      warnings.accept("lineage is not delivered: " + why.get());
    }
  }

  /** How many events were not delivered. */
  long lost() {
    return lost.get();
  }

  /** Why the first of them was not. */
  String why() {
    return why.get();
  }

  /** Waits until all is sent, but not long. Doing it again changes nothing. */
  @Override
  public void close() {
    if (sending == null) {
      return;
    }
    sending.shutdown();
    try {
      if (!sending.awaitTermination(ALL_AT_THE_END.toSeconds(), TimeUnit.SECONDS)) {
        sending.shutdownNow().forEach(each -> isLost("there was no answer in time"));
      }
    } catch (InterruptedException e) {
      sending.shutdownNow();
      Thread.currentThread().interrupt();
    }
    warn();
  }
}
