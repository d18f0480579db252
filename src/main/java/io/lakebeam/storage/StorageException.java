package io.lakebeam.storage;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.secret.KnownSecrets;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Objects;

/**
 * Storage that did not do what was asked. The message is one sentence for a person: what was tried,
 * on which path, and why it failed; the cause is for the log.
 */
public final class StorageException extends ExplainedException {
  /**
   * @param tried what was tried, as a verb: {@code write}
   * @param path where
   */
  public StorageException(String tried, String path, Throwable cause) {
    this(told(tried, path, Objects.requireNonNull(cause, "cause")), cause);
  }

  /**
   * @param sentence what was tried and why it cannot be, without secrets
   */
  StorageException(ErrorCode code, String sentence) {
    this(Problem.of(code, sentence, "", ""), null);
  }

  private StorageException(Problem told, Throwable cause) {
    super(told.problem(), told, cause);
  }

  private static Problem told(String tried, String path, Throwable cause) {
    ErrorCode code = StoreErrors.code(cause);
    String why = StoreProblems.explain(path, cause).orElseGet(() -> words(code, cause));
    return Problem.of(
        code, KnownSecrets.masked("cannot " + tried + " " + path + ": " + why), "", "");
  }

  private static String words(ErrorCode code, Throwable cause) {
    return switch (code) {
      case STORAGE_DENIED -> "permission denied";
      case STORAGE_FULL -> "no space left";
      case STORAGE_MISSING -> "not found";
      default -> oneLine(cause);
    };
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
