package io.lakebeam.storage;

import io.lakebeam.graph.Limits;
import io.lakebeam.spec.project.ProjectAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A project that came to this JVM in a jar. Immutable; what it reads is what its list says, and no
 * other resource of the class path.
 */
public final class ClassPathProject {
  private final ProjectAddress address;
  private final ClassLoader loader;
  private final SortedMap<String, Long> lengths;

  private ClassPathProject(
      ProjectAddress address, ClassLoader loader, SortedMap<String, Long> lengths) {
    this.address = address;
    this.loader = loader;
    this.lengths = Collections.unmodifiableSortedMap(new TreeMap<>(lengths));
  }

  /**
   * Looks for a project where a job's libraries are: in the thread's class loader first, because a
   * platform may attach them to that one alone, and then in Lakebeam's own.
   *
   * @return empty when no jar of the class path holds it
   * @throws IOException when its list cannot be read
   */
  public static Optional<ClassPathProject> find(ProjectAddress address) throws IOException {
    for (ClassLoader loader : loaders()) {
      try (InputStream in = loader.getResourceAsStream(address.list())) {
        if (in != null) {
          byte[] list = in.readNBytes(Limits.PROJECT_BYTES);
          SortedMap<String, Long> lengths =
              ProjectAddress.read(new String(list, StandardCharsets.UTF_8));
          return Optional.of(new ClassPathProject(address, loader, lengths));
        }
      } catch (IllegalArgumentException e) {
        throw new IOException(address.list() + " on the class path: " + e.getMessage(), e);
      }
    }
    return Optional.empty();
  }

  private static Set<ClassLoader> loaders() {
    Set<ClassLoader> loaders = new LinkedHashSet<>();
    loaders.add(Thread.currentThread().getContextClassLoader());
    loaders.add(ClassPathProject.class.getClassLoader());
    loaders.removeIf(Objects::isNull);
    return loaders;
  }

  /** The lengths of its files in bytes, by their paths. */
  public SortedMap<String, Long> lengths() {
    return lengths;
  }

  /**
   * The whole of a file.
   *
   * @param file relative to the project
   * @throws NoSuchFileException when the project has no such file
   * @throws IOException when it is not what the list says
   */
  public byte[] read(String file) throws IOException {
    Long length = lengths.get(file);
    if (length == null) {
      throw new NoSuchFileException(address.uri(file));
    }
    try (InputStream in = loader.getResourceAsStream(address.resource(file))) {
      byte[] bytes = in == null ? new byte[0] : in.readNBytes(Math.toIntExact(length) + 1);
      if (in == null || bytes.length != length) {
        throw new FileSystemException(
            address.uri(file), null, "the jar that holds the project is damaged; deploy again");
      }
      return bytes;
    }
  }
}
