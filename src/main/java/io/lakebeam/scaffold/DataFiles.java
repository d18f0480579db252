package io.lakebeam.scaffold;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.source.Slice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Files of data of one kind.
 *
 * @param given the file or folder that was named, absolute
 * @param kind as their names say
 * @param files that hold something, by name
 * @param folder that all of them are below
 */
record DataFiles(Path given, Kind kind, List<Path> files, Path folder) {
  /** Enough to see whether a folder's files are alike. */
  private static final int SAMPLED = 10;

  private static final int MOST_FILES = 10_000;

  private static final List<String> PACKED =
      List.of(".gz", ".gzip", ".bz2", ".bzip2", ".zst", ".zstd", ".snappy", ".deflate");

  /** What a file's name says of its content. */
  enum Kind {
    CSV("csv", "tsv", "tab", "psv"),
    JSON("json", "jsonl", "ndjson"),
    PARQUET("parquet", "parq", "pq"),
    AVRO("avro"),
    /** Nothing. */
    OTHER;

    private final Set<String> endings;

    Kind(String... endings) {
      this.endings = Set.of(endings);
    }

    static Kind of(Path file) {
      String ending = ending(unpacked(fileName(file))).toLowerCase(Locale.ROOT);
      for (Kind kind : values()) {
        if (kind.endings.contains(ending)) {
          return kind;
        }
      }
      return OTHER;
    }
  }

  DataFiles {
    files = List.copyOf(files);
  }

  /**
   * The files at a path.
   *
   * @param shown the path as it was typed
   * @throws ScaffoldException when there is none, or more than one kind of them
   */
  static DataFiles at(Path path, String shown) {
    if (!Files.exists(path)) {
      throw new ScaffoldException(
          ErrorCode.SOURCE_MISSING,
          "there is no " + shown,
          "it is neither a file nor a folder here",
          "Correct the path that follows --from");
    }
    if (!Files.isReadable(path)) {
      throw new ScaffoldException(
          ErrorCode.SOURCE_DENIED,
          shown + " may not be read",
          "your account lacks the right to",
          "Give it the right, with chmod for example");
    }
    return Files.isDirectory(path) ? in(path, shown) : ofOne(path, shown);
  }

  private static DataFiles ofOne(Path file, String shown) {
    if (size(file) == 0) {
      throw empty(shown);
    }
    return new DataFiles(file, Kind.of(file), List.of(file), file.getParent());
  }

  private static DataFiles in(Path folder, String shown) {
    Map<Kind, List<Path>> kinds = new TreeMap<>();
    boolean isEmpty = true;
    for (Path file : below(folder)) {
      isEmpty = false;
      if (size(file) > 0) {
        kinds.computeIfAbsent(Kind.of(file), kind -> new ArrayList<>()).add(file);
      }
    }
    Set<Kind> said = new TreeSet<>(kinds.keySet());
    said.remove(Kind.OTHER);
    if (said.size() > 1) {
      String found =
          said.stream()
              .map(
                  kind ->
                      kinds.get(kind).size()
                          + " of "
                          + kind.name().toLowerCase(Locale.ROOT)
                          + " ("
                          + fileName(kinds.get(kind).get(0))
                          + ")")
              .collect(Collectors.joining(", "));
      throw new ScaffoldException(
          ErrorCode.INPUT_MISMATCHED,
          shown + " holds files of more than one format",
          "there are " + found,
          "Name one of the files, or a folder of one format: a source has one");
    }
    Kind kind = said.isEmpty() ? Kind.OTHER : said.iterator().next();
    if (!kinds.containsKey(kind)) {
      throw isEmpty
          ? new ScaffoldException(
              ErrorCode.SOURCE_MISSING,
              "there is no file in " + shown,
              "names that start with . or _ are passed over",
              "Put a file of data there, or name another folder")
          : empty(shown);
    }
    return new DataFiles(folder, kind, kinds.get(kind), folder);
  }

  static ScaffoldException empty(String shown) {
    return new ScaffoldException(
        ErrorCode.INPUT_UNREADABLE,
        shown + " is empty",
        "there is no record to look at",
        "Name a file that has some");
  }

  /** What a source would read: names that start with a dot or _ are passed over. */
  private static List<Path> below(Path folder) {
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          20,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
              return isHidden(each) && !each.equals(folder)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile() && !isHidden(file)) {
                found.add(file);
              }
              return found.size() >= MOST_FILES
                  ? FileVisitResult.TERMINATE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE; // told by a run, when it matters
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
    return found.stream().sorted().toList();
  }

  private static boolean isHidden(Path path) {
    return fileName(path).startsWith(".") || fileName(path).startsWith("_");
  }

  /** Some of the files, the first and the last among them, as slices to read. */
  List<Slice.FileSlice> sampled() {
    int count = Math.min(SAMPLED, files.size());
    List<Slice.FileSlice> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int place = count == 1 ? 0 : (int) ((long) i * (files.size() - 1) / (count - 1));
      slices.add(slice(files.get(place)));
    }
    return slices;
  }

  /** The other files beside a single one that have the same ending. */
  DataFiles beside() {
    try (var list = Files.list(folder)) {
      List<Path> others =
          list.filter(each -> !each.equals(given) && !isHidden(each) && Files.isRegularFile(each))
              .filter(each -> suffix(each).equals(suffix(given)) && size(each) > 0)
              .limit(MOST_FILES)
              .sorted()
              .toList();
      return new DataFiles(given, kind, others, folder);
    } catch (IOException e) {
      return new DataFiles(given, kind, List.of(), folder);
    }
  }

  static Slice.FileSlice slice(Path file) {
    try {
      return new Slice.FileSlice(
          "data", file.toString(), Files.size(file), Files.getLastModifiedTime(file).toMillis());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** A pattern below the folder that names these files; it names no others of another kind. */
  String pattern() {
    Set<Integer> depths = new TreeSet<>();
    Set<String> suffixes = new TreeSet<>();
    for (Path file : files) {
      depths.add(folder.relativize(file).getNameCount() - 1);
      suffixes.add(suffix(file));
    }
    boolean areNames = suffixes.stream().allMatch(each -> each.matches("(\\.[A-Za-z0-9]+)+"));
    String names =
        !areNames
            ? "*"
            : suffixes.size() == 1
                ? "*" + suffixes.iterator().next()
                : "*{" + String.join(",", suffixes) + "}";
    // A folder that matches is walked to its end.
    return depths.size() == 1 ? "*/".repeat(depths.iterator().next()) + names : "*";
  }

  /**
   * A path as a pattern that names it, and hardly another: any character for what is a wildcard.
   */
  static String literal(String path) {
    return path.replaceAll("[*?\\[\\]{}\\\\]", "?");
  }

  /** What the name ends with that says what it holds: {@code .csv}, {@code .csv.gz}. */
  static String suffix(Path file) {
    String name = fileName(file);
    String unpacked = unpacked(name);
    int dot = unpacked.lastIndexOf('.');
    return dot <= 0 ? name.substring(unpacked.length()) : name.substring(dot);
  }

  /** What the data is called: the name of the file, or that of the folder. */
  String stem() {
    String name = Files.isDirectory(given) ? fileName(given) : unpacked(fileName(given));
    int dot = Files.isDirectory(given) ? -1 : name.lastIndexOf('.');
    return dot <= 0 ? name : name.substring(0, dot);
  }

  private static String fileName(Path path) {
    return path.getFileName() == null ? path.toString() : path.getFileName().toString();
  }

  private static String unpacked(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return PACKED.stream()
        .filter(lower::endsWith)
        .findFirst()
        .map(end -> name.substring(0, name.length() - end.length()))
        .orElse(name);
  }

  private static String ending(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
