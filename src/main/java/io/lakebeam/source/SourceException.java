package io.lakebeam.source;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.secret.KnownSecrets;
import java.util.Objects;

/** A source that cannot be read, told so that its owner can mend it. Holds no secrets. */
public final class SourceException extends ExplainedException {
  private final String source;
  private final boolean retryable;
  private final boolean ofOneFile;

  private SourceException(
      String source, Problem told, boolean retryable, boolean ofOneFile, Throwable cause) {
    super("source " + source + ": " + told.sentence() + ". " + told.fix() + ".", told, cause);
    this.source = Objects.requireNonNull(source, "source");
    this.retryable = retryable;
    this.ofOneFile = ofOneFile;
  }

  private static Problem told(ErrorCode code, String problem, String reason, String fix) {
    return Problem.of(code, problem, reason, fix).inOtherWords(KnownSecrets::masked);
  }

  /** It may well work later without anybody doing anything: a broker that is down. */
  public static SourceException retryable(
      ErrorCode code, String source, String problem, String reason, String fix, Throwable cause) {
    return new SourceException(source, told(code, problem, reason, fix), true, false, cause);
  }

  public static SourceException retryable(String source, Problem told) {
    return new SourceException(source, told.inOtherWords(KnownSecrets::masked), true, false, null);
  }

  /** It stays wrong until somebody mends it. */
  public static SourceException permanent(
      ErrorCode code, String source, String problem, String reason, String fix, Throwable cause) {
    return new SourceException(source, told(code, problem, reason, fix), false, false, cause);
  }

  /** It stays wrong until somebody mends it. */
  public static SourceException permanent(String source, Problem told) {
    return new SourceException(source, told.inOtherWords(KnownSecrets::masked), false, false, null);
  }

  /** One that trying again does not mend, and that a person has to. */
  public static SourceException permanent(
      ErrorCode code, String source, String problem, String reason, String fix) {
    return permanent(code, source, problem, reason, fix, null);
  }

  /**
   * One file is bad, and others are not: it stays so until somebody mends it, or is passed over
   * where its source sets bad files aside.
   */
  public static SourceException badFile(
      ErrorCode code, String source, String problem, String reason, String fix, Throwable cause) {
    return new SourceException(source, told(code, problem, reason, fix), false, true, cause);
  }

  public static SourceException badFile(
      ErrorCode code, String source, String problem, String reason, String fix) {
    return badFile(code, source, problem, reason, fix, null);
  }

  /** The source's name in the pipeline file. */
  public String source() {
    return source;
  }

  /** The same, with one more way out. */
  public SourceException orElse(String anotherFix) {
    return new SourceException(
        source, told().withFix(fix() + ". " + anotherFix), retryable, ofOneFile, getCause());
  }

  /** True when one file is bad, whatever becomes of others. */
  public boolean isOfOneFile() {
    return ofOneFile;
  }

  /** True when trying again later may well work without anybody doing anything. */
  public boolean isRetryable() {
    return retryable;
  }
}
