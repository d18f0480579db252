package io.lakebeam.spec.project;

import io.lakebeam.graph.Limits;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a project is that travels as a jar: on the class path of every JVM of a job. Its folder
 * there is named after what it holds, so that the projects of two jobs in one class loader do not
 * mix.
 *
 * <pre>
 * lakebeam-project/9f86d0.../                                the files, by their paths
 * lakebeam-project/9f86d0.../pipelines/airlines/pipeline.yaml
 * lakebeam-project/9f86d0....files                           their names and lengths: a class path
 *                                                            cannot be listed
 * </pre>
 *
 * @param digest of names and contents, as 32 hexadecimal digits
 */
public record ProjectAddress(String digest) {
  /** Of URIs that name a file of such a project. */
  public static final String SCHEME = "classpath";

  private static final String FOLDER = "lakebeam-project/";
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{32}");
  private static final Pattern URI =
      Pattern.compile(SCHEME + ":/*" + FOLDER + "(" + DIGEST + ")(?:/(.*))?", Pattern.DOTALL);

  /** Names that would be two lines of the list, or two parts of a jar's URL. */
  private static final Pattern UNFIT = Pattern.compile("\\p{Cntrl}|!/");

  public ProjectAddress {
    if (!DIGEST.matcher(digest).matches()) {
      throw new IllegalArgumentException("no digest: " + digest);
    }
  }

  /** The project of a URI of one of its files, or of itself; empty for any other text. */
  public static Optional<ProjectAddress> of(String uri) {
    Matcher matcher = URI.matcher(uri);
    return matcher.matches() ? Optional.of(new ProjectAddress(matcher.group(1))) : Optional.empty();
  }

  /** The file that such a URI names, relative to the project; empty for the project itself. */
  public static String file(String uri) {
    Matcher matcher = URI.matcher(uri);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no address of a project: " + uri);
    }
    return matcher.group(2) == null ? "" : matcher.group(2);
  }

  /** The project's folder. */
  public String uri() {
    return SCHEME + ":/" + FOLDER + digest;
  }

  /** A file of it, relative to the project. */
  public String uri(String file) {
    return uri() + "/" + file;
  }

  /** The name by which a class loader finds a file. */
  public String resource(String file) {
    return FOLDER + digest + "/" + file;
  }

  /** The name by which a class loader finds the list of files. */
  public String list() {
    return FOLDER + digest + ".files";
  }

  /** True for the path of a file that can travel. */
  public static boolean mayTravel(String file) {
    return !UNFIT.matcher(file).find();
  }

  /**
   * The list as it stands in the jar: a line for each file.
   *
   * @param lengths in bytes, by the files' paths
   */
  public static String listed(SortedMap<String, Long> lengths) {
    StringBuilder lines = new StringBuilder();
    lengths.forEach((file, length) -> lines.append(length).append(' ').append(file).append('\n'));
    return lines.toString();
  }

  /**
   * Reads such a list.
   *
   * @throws IllegalArgumentException when it is none, or names more than a project may hold
   */
  public static SortedMap<String, Long> read(String list) {
    SortedMap<String, Long> lengths = new TreeMap<>();
    for (String line : list.lines().toList()) {
      int space = line.indexOf(' ');
      if (space < 1 || !line.substring(0, space).matches("[0-9]{1,10}")) {
        throw new IllegalArgumentException("no list of a project's files");
      }
      lengths.put(line.substring(space + 1), Long.valueOf(line.substring(0, space)));
    }
    requireBounds(lengths);
    return lengths;
  }

  /** True when a project of these files may travel, by their number and lengths. */
  public static boolean isWithinBounds(Map<String, Long> lengths) {
    return lengths.size() <= Limits.PROJECT_FILES
        && lengths.values().stream().mapToLong(Long::longValue).sum() <= Limits.PROJECT_BYTES;
  }

  private static void requireBounds(Map<String, Long> lengths) {
    if (!isWithinBounds(lengths)) {
      throw new IllegalArgumentException("the list of a project that is too large");
    }
  }
}
