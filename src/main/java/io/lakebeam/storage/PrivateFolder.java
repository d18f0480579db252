package io.lakebeam.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * A folder of this process for what its libraries put aside on the way: blocks on their way to a
 * store, Spark's shuffle files. Other users of the machine neither read it nor can make it first.
 * It is gone when the process ends, unless that is killed. Thread-safe.
 */
public final class PrivateFolder {
  private static final Path PATH = Paths.get(System.getProperty("java.io.tmpdir"), name());

  private static boolean made;

  private PrivateFolder() {}

  /** Where it is; whoever puts something there asks for {@link #make} before. */
  static Path path() {
    return PATH;
  }

  /**
   * The folder, made on first use.
   *
   * @throws UncheckedIOException when there is no room for it
   */
  public static synchronized Path make() {
    if (!made) {
      try {
        // Fails when something is there, whatever it is.
        if (Files.getFileStore(PATH.getParent()).supportsFileAttributeView("posix")) {
          Files.createDirectory(
              PATH,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
          Files.createDirectory(PATH);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot make the folder " + PATH + " for this process", e);
      }
      made = true;
      Runtime.getRuntime().addShutdownHook(new Thread(PrivateFolder::delete, "private-folder"));
    }
    return PATH;
  }

  private static String name() {
    byte[] random = new byte[12];
    new SecureRandom().nextBytes(random);
    return "lakebeam-" + HexFormat.of().formatHex(random);
  }

  private static void delete() {
    try (Stream<Path> all = Files.walk(PATH)) {
      all.sorted(Comparator.reverseOrder()).forEach(PrivateFolder::delete);
    } catch (IOException | UncheckedIOException e) {
      // Nothing is lost but room below the temporary folder, and nobody is left to be told.
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // A library that is still about to end may be writing; the rest can go.
    }
  }
}
