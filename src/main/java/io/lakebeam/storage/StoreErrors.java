package io.lakebeam.storage;

import io.lakebeam.graph.ErrorCode;
import java.io.FileNotFoundException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.ClusterStorageCapacityExceededException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;

/**
 * What kind of thing a storage's error is: by its type, by the status that a store answered with,
 * and by its text only where the operating system gives nothing else.
 */
final class StoreErrors {
  private StoreErrors() {}

  static ErrorCode code(Throwable error) {
    int depth = 0;
    for (Throwable cause = error; cause != null && depth < 50; cause = cause.getCause(), depth++) {
      Optional<ErrorCode> code = ofOne(cause);
      if (code.isPresent()) {
        return code.get();
      }
    }
    return ErrorCode.STORAGE_FAILED;
  }

  private static Optional<ErrorCode> ofOne(Throwable error) {
    if (error instanceof AccessDeniedException || error instanceof AccessControlException) {
      return Optional.of(ErrorCode.STORAGE_DENIED);
    }
    if (error instanceof ClusterStorageCapacityExceededException) {
      return Optional.of(ErrorCode.STORAGE_FULL);
    }
    if (error instanceof ClassNotFoundException
        || error instanceof UnsupportedFileSystemException) {
      return Optional.of(ErrorCode.STORAGE_INVALID);
    }
    return ofText(error)
        .or(() -> ofAnswer(error))
        .or(
            () ->
                error instanceof NoSuchFileException || error instanceof FileNotFoundException
                    ? Optional.of(ErrorCode.STORAGE_MISSING)
                    : Optional.empty());
  }

  private static Optional<ErrorCode> ofAnswer(Throwable error) {
    return StoreAnswer.of(error)
        .flatMap(
            answer ->
                switch (answer.status()) {
                  case 401, 403 -> Optional.of(ErrorCode.STORAGE_DENIED);
                  case 404 -> Optional.of(ErrorCode.STORAGE_MISSING);
                  case 507 -> Optional.of(ErrorCode.STORAGE_FULL);
                  default -> Optional.empty();
                });
  }

  /**
   * Of a local disk Java tells the errno as text only, in a plain IOException or, when a file is
   * opened, in a FileNotFoundException.
   */
  private static Optional<ErrorCode> ofText(Throwable error) {
    String text = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
    if (text.contains("no space left") || text.contains("disk quota exceeded")) {
      return Optional.of(ErrorCode.STORAGE_FULL);
    }
    return text.contains("permission denied")
        ? Optional.of(ErrorCode.STORAGE_DENIED)
        : Optional.empty();
  }
}
