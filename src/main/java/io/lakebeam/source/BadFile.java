package io.lakebeam.source;

import io.lakebeam.spec.SourceSpec;
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

  /**
   * A file of a source, by its slice.
   *
   * @param source of files
   */
  public static BadFile of(SourceSpec source, Slice.FileSlice slice, String error) {
    SourceSpec.Files landing = (SourceSpec.Files) source.connection();
    return new BadFile(source.name(), landing.path(slice.path()), error);
  }
}
