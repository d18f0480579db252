package io.lakebeam.storage;

import io.lakebeam.spec.KnownSecrets;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Objects;
import org.apache.hadoop.security.AccessControlException;

/**
 * Storage that did not do what was asked. The message is one sentence for a person: what was tried,
 * on which path, and why it failed; the cause is for the log.
 */
public final class StorageException extends RuntimeException {
  private final Reason reason;

  /** Why it failed, as far as the storage says. */
  public enum Reason {
    PERMISSION_DENIED("permission denied"),
    NO_SPACE("no space left"),
    NOT_FOUND("not found"),
    OTHER("");

    private final String words;

    Reason(String words) {
      this.words = words;
    }
  }

  /**
   * @param tried what was tried, as a verb: {@code write}
   * @param path where
   */
  public StorageException(String tried, String path, Throwable cause) {
    super(message(tried, path, cause), Objects.requireNonNull(cause, "cause"));
    this.reason = reasonOf(cause);
  }

  /**
   * @param sentence what was tried and why it cannot be, without secrets
   */
  StorageException(String sentence) {
    super(sentence);
    this.reason = Reason.OTHER;
  }

  public Reason reason() {
    return reason;
  }

  private static String message(String tried, String path, Throwable cause) {
    Reason reason = reasonOf(cause);
    String why =
        StoreProblems.explain(path, cause)
            .orElseGet(() -> reason == Reason.OTHER ? oneLine(cause) : reason.words);
    return KnownSecrets.masked("cannot " + tried + " " + path + ": " + why);
  }

  /** The same distinction over the vocabularies of java.nio, Hadoop and the stores' REST errors. */
  private static Reason reasonOf(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      if (text.contains("no space left") || text.contains("disk quota exceeded")) {
        return Reason.NO_SPACE;
      }
      if (cause instanceof AccessDeniedException
          || cause instanceof AccessControlException
          || text.contains("permission denied")
          || text.contains("authorizationpermissionmismatch")
          || text.contains("authenticationfailed")
          || text.contains("operation failed: \"forbidden\"")) {
        return Reason.PERMISSION_DENIED;
      }
      if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
        return Reason.NOT_FOUND;
      }
      if (cause.getCause() == cause) {
        break;
      }
    }
    return Reason.OTHER;
  }

  private static String oneLine(Throwable error) {
    if (error instanceof FileSystemException file && file.getReason() != null) {
      return file.getReason();
    }
    String text = error.getMessage();
    if (text == null || text.isBlank()) {
      return error.getClass().getSimpleName();
    }
    String first = text.strip().lines().findFirst().orElse(text);
    return error instanceof IOException ? first : error.getClass().getSimpleName() + ": " + first;
  }
}
