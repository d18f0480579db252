package io.lakebeam.deploy;

import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One request, before it is signed.
 *
 * @param doing what it is for, to follow "cannot": {@code upload lakebeam.jar}
 * @param path from the host on, encoded, with its query
 * @param fix what to do when it is refused for want of a right; may be empty
 */
record Call(
    String doing,
    String method,
    String path,
    BodyPublisher body,
    String contentType,
    Duration timeout,
    Repeat repeat,
    String fix) {
  private static final Duration SHORT = Duration.ofSeconds(60);
  private static final Duration UPLOAD = Duration.ofMinutes(15);

  /** Whether a request may be sent again when nobody knows if the first one arrived. */
  enum Repeat {
    SAFE,
    UNSAFE
  }

  static Call get(String doing, String path, Map<String, String> query) {
    return new Call(
        doing, "GET", path + query(query), BodyPublishers.noBody(), "", SHORT, Repeat.SAFE, "");
  }

  static Call post(String doing, String path, String json, Repeat repeat) {
    return new Call(
        doing, "POST", path, BodyPublishers.ofString(json), "application/json", SHORT, repeat, "");
  }

  static Call head(String doing, String path) {
    return new Call(doing, "HEAD", path, BodyPublishers.noBody(), "", SHORT, Repeat.SAFE, "");
  }

  /** Puts a folder. */
  static Call put(String doing, String path) {
    return new Call(doing, "PUT", path, BodyPublishers.noBody(), "", SHORT, Repeat.SAFE, "");
  }

  /** Puts a file. */
  static Call put(String doing, String path, Path file) {
    try {
      return new Call(
          doing,
          "PUT",
          path,
          BodyPublishers.ofFile(file),
          "application/octet-stream",
          UPLOAD,
          Repeat.SAFE,
          "");
    } catch (FileNotFoundException e) {
      throw new UncheckedIOException("there is no file " + file, e);
    }
  }

  Call orElse(String whatToDo) {
    return new Call(doing, method, path, body, contentType, timeout, repeat, whatToDo);
  }

  /** An absolute path as it stands in an address. */
  static String encoded(String path) {
    try {
      return new URI(null, null, path, null).getRawPath();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not a path: " + path, e);
    }
  }

  private static String query(Map<String, String> query) {
    return query.isEmpty()
        ? ""
        : new TreeMap<>(query)
            .entrySet().stream()
                .map(
                    entry ->
                        entry.getKey()
                            + "="
                            + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "?", ""));
  }
}
