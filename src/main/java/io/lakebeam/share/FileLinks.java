package io.lakebeam.share;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lakebeam.delta.DataFile;
import io.lakebeam.lake.LakeTable;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * Links to data files, which are good for whoever has them until they expire. A link names a table,
 * its id and the file as the table's log does, and all of it is signed: only files that a log has
 * named are reached.
 */
final class FileLinks {
  /** The folder of URLs that they lie in. */
  static final String FOLDER = "files";

  private static final String ENDING = ".parquet";

  private final Share share;
  private final ShareKey key;
  private final Clock clock;

  FileLinks(Share share, ShareKey key, Clock clock) {
    this.share = share;
    this.key = key;
    this.clock = clock;
  }

  /**
   * A link, as it stands behind the server's address.
   *
   * @throws io.lakebeam.delta.DeltaException when the file lies outside of its table
   */
  String of(LakeTable table, DataFile file, Instant expires) {
    location(table.table().place(), file.path());
    String id = table.snapshot().id();
    String until = Long.toString(expires.getEpochSecond());
    return "/"
        + String.join("/", FOLDER, encoded(table.name()), encoded(id), encoded(file.path()))
        + ENDING
        + "?expires="
        + until
        + "&signature="
        + sign(table.name(), id, file.path(), until);
  }

  /**
   * The file that a link leads to.
   *
   * @param parts of its path, behind the folder
   * @throws RefusedShareException when it was not made here, is no longer good, or leads nowhere
   */
  Linked open(List<String> parts, Map<String, String> query) {
    String until = query.getOrDefault("expires", "");
    if (parts.size() != 3 || !parts.get(2).endsWith(ENDING)) {
      throw refused("this is no link to a file");
    }
    String name = decoded(parts.get(0));
    String file = decoded(parts.get(2).substring(0, parts.get(2).length() - ENDING.length()));
    String[] words = words(name, decoded(parts.get(1)), file, until);
    if (!key.isSigned(query.getOrDefault("signature", ""), words)) {
      throw refused("the link to this file is not one of this server's");
    }
    if (!clock.instant().isBefore(Instant.ofEpochSecond(Long.parseLong(until)))) {
      throw refused("the link to this file has expired: query the table again");
    }
    Share.Table table =
        share
            .table(name)
            .orElseThrow(() -> RefusedShareException.notFound("the table is no longer shared"));
    return new Linked(table.place().storage(), location(table.place(), file));
  }

  /** A file and how it is reached. */
  record Linked(Storage storage, Path path) {}

  /** What a log names, links of the file system included, stays in its table. */
  private static Path location(Place table, String path) {
    Path location = new DataFile(path, Map.of(), DataFile.UNKNOWN_ROWS, 0, "", 0).location(table);
    Storage.requireInside(DataFile.bounds(table, location), location);
    return location;
  }

  private String sign(String table, String id, String path, String until) {
    return key.sign(words(table, id, path, until));
  }

  private String[] words(String table, String id, String path, String until) {
    return new String[] {"file", share.name(), table, id, path, until};
  }

  private static RefusedShareException refused(String message) {
    return new RefusedShareException(403, "PERMISSION_DENIED", message);
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private static String decoded(String text) {
    try {
      return new String(Base64.getUrlDecoder().decode(text), UTF_8);
    } catch (IllegalArgumentException e) {
      throw refused("this is no link to a file");
    }
  }
}
