package io.lakebeam.source;

import java.io.Serializable;
import java.util.Objects;

/**
 * A file that cannot be read as a whole, and of which no row is taken.
 *
 * @param source the source's name in the pipeline file
 * @param path where it is
 * @param error why, without a full stop
 */
public record BadFile(String source, String path, String error) implements Serializable {
  public BadFile {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(error, "error");
  }
}
