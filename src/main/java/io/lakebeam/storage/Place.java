package io.lakebeam.storage;

import java.io.Serializable;
import org.apache.hadoop.fs.Path;

/**
 * A lake, or a folder of it, with the storage by which it is reached. Travels to workers, with
 * references to secrets and no secret.
 *
 * @param uri URI or path, as it is shown
 */
public record Place(Storage storage, String uri) implements Serializable {
  /** For whom the class path and the platform say all there is to say of stores. */
  public static Place of(String uri) {
    return new Place(Storage.PLAIN, uri);
  }

  /** What lies in it under a name. */
  public Place child(String name) {
    return new Place(
        storage, (uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri) + "/" + name);
  }

  /** The place of a name beside it. */
  public Place sibling(String name) {
    return new Place(storage, uri.substring(0, uri.lastIndexOf('/') + 1) + name);
  }

  /** Another place that is reached alike, whose URI begins as this one's does. */
  public Place plus(String end) {
    return new Place(storage, uri + end);
  }

  /**
   * The absolute path.
   *
   * @throws IllegalArgumentException when it is no path, or its scheme is unknown
   */
  public Path path() {
    return storage.path(uri);
  }

  @Override
  public String toString() {
    return uri;
  }
}
