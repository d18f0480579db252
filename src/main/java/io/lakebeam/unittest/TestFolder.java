package io.lakebeam.unittest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that tests leave their lakes in, and that goes with everything in it. */
public final class TestFolder implements AutoCloseable {
  private final Path path;

  private TestFolder(Path path) {
    this.path = path;
  }

  /** A new one, among the temporary files. */
  public static TestFolder make() {
    try {
      return new TestFolder(Files.createTempDirectory("lakebeam-test-"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder for temporary files", e);
    }
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + path, e);
    }
  }
}
