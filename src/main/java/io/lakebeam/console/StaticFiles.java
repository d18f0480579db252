package io.lakebeam.console;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The page itself, and the libraries that it uses: what browsers get of the jars. */
final class StaticFiles {
  private static final String PAGE = "/io/lakebeam/console/";
  private static final String LIBRARIES = "/META-INF/resources/webjars/";

  /** A name without what could lead out of its folder. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]+(/[a-z0-9-]+)*\\.(js|css|svg)");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  /** The versions are those of the pom. */
  private static final Map<String, String> FROM_LIBRARIES =
      Map.of(
          "lib/echarts.js", "echarts/5.3.1/dist/echarts.esm.min.js",
          "lib/lit-html.js", "lit-html/3.3.1/lit-html.js");

  private StaticFiles() {}

  /**
   * A file for browsers.
   *
   * @param bytes what it has in it
   * @param isLibrary true when it stays the same as long as Lakebeam does
   */
  record StaticFile(String type, byte[] bytes, boolean isLibrary) {}

  /**
   * A file; empty when there is none.
   *
   * @param path as it is asked for, without the first slash
   */
  static Optional<StaticFile> find(String path) throws IOException {
    if (path.isEmpty()) {
      return read(PAGE + "index.html", "html", false);
    }
    String library = FROM_LIBRARIES.get(path);
    if (library != null) {
      return read(LIBRARIES + library, "js", true);
    }
    return NAME.matcher(path).matches()
        ? read(PAGE + path, path.substring(path.lastIndexOf('.') + 1), false)
        : Optional.empty();
  }

  private static Optional<StaticFile> read(String resource, String ending, boolean isLibrary)
      throws IOException {
    try (InputStream in = StaticFiles.class.getResourceAsStream(resource)) {
      return in == null
          ? Optional.empty()
          : Optional.of(new StaticFile(TYPES.get(ending), in.readAllBytes(), isLibrary));
    }
  }
}
