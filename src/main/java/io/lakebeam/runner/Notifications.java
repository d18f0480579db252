package io.lakebeam.runner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.BudgetResult;
import io.lakebeam.event.Freshness;
import io.lakebeam.expectation.Budget;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.sink.SinkException;
import io.lakebeam.sink.WebhookClient;
import io.lakebeam.spec.NotificationSpec;
import io.lakebeam.spec.NotificationSpec.Occasion;
import io.lakebeam.spec.secret.KnownSecrets;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.storage.Storage;
import io.lakebeam.storage.StorageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * Tells people and programs what happens to a pipeline. That an update fails is told once for each
 * problem, however often it is tried, and once that it is well again: what has reached somebody is
 * kept beside the ledger.
 */
final class Notifications implements AutoCloseable {
  private static final int TRIES = 3;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration COMMAND_TAKES = Duration.ofSeconds(30);
  private static final Duration ALL_TAKES = Duration.ofMinutes(2);
  private static final Duration TRIED_AGAIN_AFTER = Duration.ofMinutes(5);

  private final String pipeline;
  private final List<NotificationSpec> notifications;
  private final Optional<Path> state;
  private final Optional<Path> lateFile;
  private final Storage storage;
  private final Clock clock;
  private final Consumer<String> warnings;

  /** Names of exceeded budgets, by table. */
  private final Map<String, Set<String>> overBudget = new TreeMap<>();

  /** When it was tried, of what has begun to be late, or is not any more, and nobody knows yet. */
  private final Map<String, Instant> tried = new ConcurrentHashMap<>();

  /** What is late and told; read when it is first asked for. */
  private Optional<Set<String>> late = Optional.empty();

  /** A receiver that is away keeps no epoch waiting. */
  private final ExecutorService telling =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "notifications");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param ledger the folder of the pipeline's ledger; empty when nobody knows it, because the lake
   *     cannot be reached
   */
  Notifications(
      String pipeline,
      List<NotificationSpec> notifications,
      Storage storage,
      Optional<Path> ledger,
      Clock clock,
      Consumer<String> warnings) {
    this.pipeline = pipeline;
    this.notifications = List.copyOf(notifications);
    this.storage = storage;
    this.state = ledger.map(folder -> new Path(folder, "failed.json"));
    this.lateFile = ledger.map(folder -> new Path(folder, "late.json"));
    this.clock = clock;
    this.warnings = warnings;
  }

  /** An update has stopped with an error. */
  void failed(Problem told) {
    String problem = told.sentence();
    if (notifications.isEmpty() || before().filter(problem::equals).isPresent()) {
      return;
    }
    tell(Occasion.FAILED, told, Map.of(), () -> remember(Optional.of(problem)));
  }

  /** An update has ended well, or a continuous one has done an epoch. */
  void isWell() {
    if (notifications.isEmpty()) {
      return;
    }
    before()
        .ifPresent(
            problem -> {
              tell(
                  Occasion.HEALED,
                  Problem.of(ErrorCode.UNEXPECTED, "the update is well again", problem, ""),
                  Map.of(),
                  () -> remember(Optional.empty()));
            });
  }

  /**
   * Tells which budgets an epoch exceeds, but for those that the last epoch of their tables did.
   */
  void budgets(EpochResult result) {
    Map<String, BudgetResult> over = new TreeMap<>();
    result.budgets().stream()
        .filter(BudgetResult::isTold)
        .forEach(each -> over.put(each.name(), each));
    result
        .datasets()
        .forEach(
            part ->
                Optional.ofNullable(overBudget.get(part.dataset()))
                    .ifPresent(told -> told.retainAll(over.keySet())));
    over.forEach(
        (name, each) -> {
          boolean isNew = overBudget.computeIfAbsent(each.table(), t -> new HashSet<>()).add(name);
          // Of a day, it is the one epoch that tells it.
          if (isNew || each.per() == Budget.Per.DAY) {
            tell(
                Occasion.BUDGET_EXCEEDED,
                Problem.of(
                    ErrorCode.BUDGET_EXCEEDED,
                    (each.rule().isEmpty() ? "table " : "") + name + " is over its budget",
                    each.excess(),
                    ""),
                Map.of(),
                () -> {});
          }
        });
  }

  /**
   * Tells that a source is silent or a dataset is not fresh, once, and once that it is over. What
   * has reached nobody is tried again after a while.
   */
  void freshness(Freshness now) {
    boolean isSource = now.kind() == Freshness.Kind.SOURCE;
    Occasion occasion = isSource ? Occasion.SOURCE_SILENT : Occasion.NOT_FRESH;
    if (notifications.stream().noneMatch(each -> each.on().contains(occasion))) {
      return;
    }
    String key = occasion + " " + now.name();
    Set<String> told = late();
    Instant before = tried.get(key);
    boolean isTooSoon = before != null && now.at().isBefore(before.plus(TRIED_AGAIN_AFTER));
    if (now.isLate() == told.contains(key) || isTooSoon) {
      return;
    }
    tried.put(key, now.at());
    tell(
        occasion,
        now.isLate()
            ? Problem.of(ErrorCode.UNEXPECTED, now.problem(), now.cause(), now.fix())
            : Problem.of(ErrorCode.UNEXPECTED, now.over(), "", ""),
        Map.of(
            "status", now.isLate() ? "BEGUN" : "OVER", isSource ? "source" : "dataset", now.name()),
        () -> rememberLate(told, key, now.isLate()));
  }

  private Set<String> late() {
    if (late.isEmpty()) {
      Set<String> told = ConcurrentHashMap.newKeySet();
      try {
        Optional<byte[]> content = lateFile.flatMap(storage::read);
        if (content.isPresent()) {
          new ObjectMapper().readTree(content.get()).forEach(key -> told.add(key.asText()));
        }
      } catch (StorageException | IOException e) {
        warnings.accept("what is late may be told once more: " + e.getMessage());
      }
      late = Optional.of(told);
    }
    return late.get();
  }

  private void rememberLate(Set<String> told, String key, boolean isLate) {
    if (isLate) {
      told.add(key);
    } else {
      told.remove(key);
    }
    tried.remove(key);
    try {
      if (lateFile.isPresent()) {
        ArrayNode keys = JsonNodeFactory.instance.arrayNode();
        new TreeSet<>(told).forEach(keys::add);
        storage.replace(lateFile.get(), bytes(keys));
      }
    } catch (StorageException | IOException e) {
      warnings.accept("what is late may be told once more: " + e.getMessage());
    }
  }

  /** Waits until all is told, as long as that may take. */
  @Override
  public void close() {
    telling.shutdown();
    try {
      if (!telling.awaitTermination(ALL_TAKES.toSeconds(), TimeUnit.SECONDS)) {
        telling.shutdownNow();
      }
    } catch (InterruptedException e) {
      telling.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /** The problem that was told last, if it goes on. */
  private Optional<String> before() {
    try {
      return state
          .flatMap(storage::read)
          .map(content -> new String(content, StandardCharsets.UTF_8))
          .filter(text -> !text.isEmpty());
    } catch (StorageException e) {
      return Optional.empty();
    }
  }

  private void remember(Optional<String> problem) {
    try {
      if (state.isPresent() && problem.isPresent()) {
        storage.replace(state.get(), problem.get().getBytes(StandardCharsets.UTF_8));
      } else {
        state.ifPresent(storage::delete);
      }
    } catch (StorageException e) {
      warnings.accept("it may be told once more: " + e.getMessage());
    }
  }

  /**
   * Tells all who want to know.
   *
   * @param more what JSON says beside the problem
   * @param then is done unless it has reached none of them
   */
  private void tell(Occasion occasion, Problem told, Map<String, String> more, Runnable then) {
    String id = UUID.randomUUID().toString();
    NotificationMessage message =
        new NotificationMessage(
            pipeline, occasion, told.inOtherWords(KnownSecrets::masked), more, clock.instant());
    List<NotificationSpec> wanted =
        notifications.stream().filter(each -> each.on().contains(occasion)).toList();
    telling.execute(
        () -> {
          long reached = wanted.stream().filter(each -> reaches(each, id, message)).count();
          if (reached > 0 || wanted.isEmpty()) {
            then.run();
          }
        });
  }

  private boolean reaches(NotificationSpec to, String id, NotificationMessage message) {
    try {
      tell(to, id, message);
      return true;
    } catch (SinkException e) {
      warnings.accept("notification " + to.name() + " is not sent: " + e.reason());
    } catch (IOException | RuntimeException e) {
      warnings.accept("notification " + to.name() + " is not sent: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private void tell(NotificationSpec to, String id, NotificationMessage message)
      throws IOException, InterruptedException {
    if (to.url().isEmpty()) {
      run(to.command(), bytes(message.json()));
      return;
    }
    WebhookClient client =
        new WebhookClient(to.name(), to.url().get(), to.secret(), Secrets::resolve, clock);
    byte[] body =
        bytes(
            switch (to.format()) {
              case JSON -> message.json();
              case TEAMS -> message.teams();
              case SLACK -> message.slack();
            });
    for (int attempt = 1; ; attempt++) {
      try {
        client.post(id, body);
        return;
      } catch (SinkException e) {
        if (!e.isRetryable() || attempt == TRIES) {
          throw e;
        }
        Thread.sleep(PAUSE.multipliedBy(attempt).toMillis());
      }
    }
  }

  private static byte[] bytes(JsonNode json) throws IOException {
    return new ObjectMapper().writeValueAsBytes(json);
  }

  private static void run(List<String> command, byte[] input)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream out = process.getOutputStream()) {
      out.write(input);
    } catch (IOException e) {
      // It need not read what it gets.
      System.getLogger(Notifications.class.getName())
          .log(System.Logger.Level.DEBUG, "a command has not read its input", e);
    }
    if (!process.waitFor(COMMAND_TAKES.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("the command has not ended after " + COMMAND_TAKES.toSeconds() + " s");
    }
    if (process.exitValue() != 0) {
      throw new IOException("the command ended with exit code " + process.exitValue());
    }
  }
}
