package io.lakebeam.source.file;

import io.lakebeam.source.Slice;
import io.lakebeam.source.decode.BadRecord;
import io.lakebeam.spec.FileRules;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import io.lakebeam.storage.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;

/**
 * What becomes of a source's files once their rows are in the tables: {@code after_read}. Doing it
 * again changes nothing. A file that is not what was read stays where it is, and so does one that
 * cannot be moved; nothing is ever written over.
 */
public final class Disposal {
  private final SourceFileSystem files;
  private final SourceSpec.Files landing;

  private Disposal(SourceFileSystem files, SourceSpec.Files landing) {
    this.files = files;
    this.landing = landing;
  }

  /** Of a source whose files go; empty for one that keeps them, and for one that has none. */
  public static Optional<Disposal> of(Storage storage, SourceSpec source) {
    return source.connection() instanceof SourceSpec.Files landing
            && !source.reference()
            && landing.rules().afterRead().what() != FileRules.AfterRead.What.KEEP
        ? Optional.of(new Disposal(new SourceFileSystem(storage), landing))
        : Optional.empty();
  }

  /**
   * Deletes or moves a file that was read.
   *
   * @param file as it was read
   * @return why it stays where it is, in a sentence; empty when it does not
   */
  public Optional<String> dispose(Slice.FileSlice file) {
    String path = landing.path(file.path());
    try {
      SourceFileSystem.Listed now = files.status(path);
      if (now.bytes() != file.bytes() || now.modifiedAt() != file.modifiedAt()) {
        return Optional.of(path + " stays where it is: it has changed since it was read");
      }
      return switch (landing.rules().afterRead().what()) {
        case KEEP -> Optional.empty();
        case DELETE -> delete(path);
        case MOVE -> move(path);
      };
    } catch (FileNotFoundException e) {
      // Done before, or somebody else has.
      return Optional.empty();
    } catch (IOException | StorageException e) {
      return Optional.of(
          path + " stays where it is: " + BadRecord.said(String.valueOf(e.getMessage())));
    }
  }

  private Optional<String> delete(String path) throws IOException {
    return files.delete(path)
        ? Optional.empty()
        : Optional.of(path + " stays where it is: it could not be deleted");
  }

  private Optional<String> move(String path) throws IOException {
    String root = landing.root();
    String inside = root.endsWith("/") ? root : root + "/";
    String name =
        path.startsWith(inside)
            ? path.substring(inside.length())
            : path.substring(path.lastIndexOf('/') + 1);
    return FileMove.move(files, path, landing.rules().afterRead().folder() + "/" + name);
  }
}
