package io.lakebeam.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.graph.ErrorCode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.fs.azurebfs.contracts.exceptions.AbfsRestOperationException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Exceptions of the drivers themselves, told apart without a look at their texts. */
class StoreErrorsTest {
  private static ErrorCode code(Throwable error) {
    return StoreErrors.code(error);
  }

  private static Throwable azure(int status, String code) {
    return new AbfsRestOperationException(status, code, "whatever it says", null);
  }

  private static Throwable s3(int status, String code) {
    return S3Exception.builder()
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
        .message("whatever it says")
        .build();
  }

  @Test
  void typesOfJavaAndHadoop() {
    assertEquals(ErrorCode.STORAGE_DENIED, code(new AccessDeniedException("x")));
    assertEquals(ErrorCode.STORAGE_DENIED, code(new AccessControlException("x")));
    assertEquals(ErrorCode.STORAGE_MISSING, code(new NoSuchFileException("x")));
    assertEquals(ErrorCode.STORAGE_MISSING, code(new IOException(new FileNotFoundException("x"))));
    assertEquals(ErrorCode.STORAGE_INVALID, code(new UnsupportedFileSystemException("x")));
    assertEquals(ErrorCode.STORAGE_INVALID, code(new IOException(new ClassNotFoundException("x"))));
    assertEquals(ErrorCode.STORAGE_FAILED, code(new IOException("x")));
  }

  @Test
  void whatTheSystemTellsAsTextOnly() {
    assertEquals(
        ErrorCode.STORAGE_FULL, code(new FileNotFoundException("/x (No space left on device)")));
    assertEquals(ErrorCode.STORAGE_FULL, code(new IOException("Disk quota exceeded")));
    assertEquals(
        ErrorCode.STORAGE_DENIED, code(new FileNotFoundException("/x (Permission denied)")));
  }

  @Test
  void statusesOfStores() {
    assertEquals(ErrorCode.STORAGE_DENIED, code(azure(403, "AuthorizationPermissionMismatch")));
    assertEquals(ErrorCode.STORAGE_DENIED, code(azure(401, "NoAuthenticationInformation")));
    assertEquals(ErrorCode.STORAGE_MISSING, code(azure(404, "FilesystemNotFound")));
    assertEquals(ErrorCode.STORAGE_FAILED, code(azure(503, "ServerBusy")));
    assertEquals(ErrorCode.STORAGE_DENIED, code(new IOException("wrapped", s3(403, "x"))));
    assertEquals(ErrorCode.STORAGE_MISSING, code(s3(404, "NoSuchBucket")));
    assertEquals(ErrorCode.STORAGE_FAILED, code(s3(500, "InternalError")));
  }

  @Test
  void answersHaveTheStoresOwnWord() {
    assertEquals(
        Optional.of(new StoreAnswer(404, "FilesystemNotFound")),
        StoreAnswer.find(new IOException(azure(404, "FilesystemNotFound"))));
    assertEquals(
        Optional.of(new StoreAnswer(412, "PreconditionFailed")),
        StoreAnswer.find(new IOException(s3(412, "PreconditionFailed"))));
    assertEquals(Optional.empty(), StoreAnswer.find(new IOException("Status Code: 412")));
  }
}
