import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What is in the jars of a folder: classes, the resources that rules want, and the texts of
 * licences. The first jar that has a name wins, in the order of their names. Forms of classes for
 * other Java versions are left out.
 */
final class Libraries {
  private static final Pattern LICENCE =
      Pattern.compile("(META-INF/)?(LICENSE|NOTICE|COPYING)([.](txt|md))?");

  private final Map<String, byte[]> classes = new TreeMap<>();
  private final Map<String, byte[]> resources = new TreeMap<>();
  private final List<Library> all = new ArrayList<>();
  private final Map<String, Library> libraryOf = new TreeMap<>();
  private final Map<Library, Map<String, byte[]>> licences = new HashMap<>();

  private Libraries() {}

  static Libraries of(Path folder, Rules rules) throws IOException {
    List<Path> jars;
    try (Stream<Path> files = Files.list(folder)) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    Libraries libraries = new Libraries();
    for (Path jar : jars) {
      libraries.read(jar, rules);
    }
    return libraries;
  }

  private void read(Path jar, Rules rules) throws IOException {
    Library from = Library.of(jar);
    if (all.stream().anyMatch(other -> other.isNamedLike(from))) {
      throw new IllegalStateException(
          "two versions of " + from + ": empty the folder " + jar.getParent());
    }
    all.add(from);
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = entry.getName();
        if (entry.isDirectory()) {
          continue;
        }
        try (InputStream in = zip.getInputStream(entry)) {
          if (LICENCE.matcher(name).matches()) {
            licences.computeIfAbsent(from, library -> new TreeMap<>()).put(name, in.readAllBytes());
          } else if (name.endsWith(".class") && !name.startsWith("META-INF/")) {
            String type = name.substring(0, name.length() - ".class".length());
            if (classes.putIfAbsent(type, in.readAllBytes()) == null) {
              libraryOf.put(type, from);
            }
          } else if (rules.isWanted(name)) {
            resources.putIfAbsent(name, in.readAllBytes());
          }
        }
      }
    }
  }

  Set<String> classes() {
    return classes.keySet();
  }

  boolean has(String type) {
    return classes.containsKey(type);
  }

  byte[] bytes(String type) {
    return classes.get(type);
  }

  /** The library that a class is from. */
  Library libraryOf(String type) {
    return libraryOf.get(type);
  }

  Map<String, byte[]> resources() {
    return resources;
  }

  /** Texts of licences in a library's jar, by their names there. */
  Map<String, byte[]> licencesOf(Library library) {
    return licences.getOrDefault(library, Map.of());
  }
}
