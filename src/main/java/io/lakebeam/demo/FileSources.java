package io.lakebeam.demo;

import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.project.PipelineLocation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A world that lands its records as files of JSON lines, each whole or not at all. The names of the
 * files say which records they have, so the folder is its own checkpoint.
 */
public final class FileSources implements DemoSources {
  private static final int RECORDS_OF_A_FILE = 500;
  private static final String SUFFIX = ".jsonl";

  private final DemoFolder folder;
  private final Feed feed;

  public FileSources(DemoFolder folder, Feed feed) {
    this.folder = folder;
    this.feed = feed;
  }

  @Override
  public PipelineSpec pipeline(PipelineLocation location, Duration commitEvery) {
    return new PipelineReader()
        .read(location, places(), System::getenv)
        .withCommitEvery(commitEvery);
  }

  private Map<String, String> places() {
    Map<String, String> places = new LinkedHashMap<>();
    places.put("LANDING", folder.landing().toString());
    places.put("LAKE", folder.lake().toString());
    return places;
  }

  @Override
  public CompletableFuture<Void> publish(long n, Pace pace) {
    return DemoSources.inBackground(() -> land(n, pace));
  }

  private void land(long n, Pace pace) throws IOException, InterruptedException {
    long have = published().orElse(0);
    Files.createDirectories(landing());
    Iterator<? extends Feed.Message> messages = feed.messages();
    LocalDate day = null;
    List<String> lines = new ArrayList<>();
    for (long number = 0; number < n; number++) {
      Feed.Message message = messages.next();
      if (!message.day().equals(day)) {
        day = message.day();
        for (Map.Entry<String, String> file : feed.filesBefore(day).entrySet()) {
          land(folder.landing().resolve(file.getKey()), file.getValue());
        }
      }
      if (number < have) {
        continue;
      }
      lines.add(message.line());
      long end = number + 1;
      if (end % RECORDS_OF_A_FILE == 0 || end == n) {
        if (!pace.await(message.at())) {
          return;
        }
        String name =
            String.format(
                Locale.ROOT, "%s-%012d-%012d%s", feed.name(), end - lines.size(), end, SUFFIX);
        land(landing().resolve(name), String.join("\n", lines) + "\n");
        lines.clear();
      }
    }
  }

  private static void land(Path target, String content) throws IOException {
    if (Files.exists(target)) {
      return;
    }
    Files.createDirectories(target.getParent());
    Path unfinished = target.resolveSibling("." + target.getFileName() + ".unfinished");
    Files.write(unfinished, content.getBytes(StandardCharsets.UTF_8));
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private Path landing() {
    return folder.landing().resolve(feed.name());
  }

  /** Never empty: files land in order, each whole. */
  @Override
  public OptionalLong published() throws IOException {
    if (!Files.exists(landing())) {
      return OptionalLong.of(0);
    }
    try (Stream<Path> files = Files.list(landing())) {
      return OptionalLong.of(
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(SUFFIX))
              .mapToLong(FileSources::end)
              .max()
              .orElse(0));
    }
  }

  private static long end(String name) {
    return Long.parseLong(
        name.substring(name.lastIndexOf('-') + 1, name.length() - SUFFIX.length()));
  }

  @Override
  public Expected expected(long n) {
    return feed.expected(n);
  }

  /** Also makes the folders, for a run that comes before the first file. */
  @Override
  public Path writeEnvironment() throws IOException {
    Files.createDirectories(landing());
    return folder.writeEnvironment(places());
  }

  @Override
  public void close() {
    // Files need nobody to serve them.
  }
}
