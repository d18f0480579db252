package io.lakebeam.storage;

import java.util.Optional;

/**
 * What a store answered a request with, taken out of its driver's exception.
 *
 * <p>By the names of its methods and not by its class: the drivers for S3 and Google are there only
 * where they are used, and Databricks has that of Azure below a name of its own.
 *
 * @param status of HTTP
 * @param code the store's own word, {@code FilesystemNotFound} for instance; may be empty
 */
record StoreAnswer(int status, String code) {
  /** The first answer in a chain of causes. */
  static Optional<StoreAnswer> find(Throwable error) {
    int depth = 0;
    for (Throwable cause = error; cause != null && depth < 50; cause = cause.getCause(), depth++) {
      Optional<StoreAnswer> answer = of(cause);
      if (answer.isPresent()) {
        return answer;
      }
    }
    return Optional.empty();
  }

  /** Of this exception, not of what has caused it. */
  static Optional<StoreAnswer> of(Throwable error) {
    // AbfsRestOperationException and Google's HttpResponseException; SdkServiceException of AWS.
    Optional<Object> status = result(error, "getStatusCode").or(() -> result(error, "statusCode"));
    return status
        .filter(Integer.class::isInstance)
        .map(number -> new StoreAnswer((Integer) number, codeOf(error)));
  }

  private static String codeOf(Throwable error) {
    return result(error, "getErrorCode")
        .or(() -> result(error, "awsErrorDetails"))
        .flatMap(details -> result(details, "getErrorCode").or(() -> result(details, "errorCode")))
        .map(Object::toString)
        .orElse("");
  }

  /** Empty when there is no such public method without parameters, or it gives nothing. */
  private static Optional<Object> result(Object of, String method) {
    try {
      return Optional.ofNullable(of.getClass().getMethod(method).invoke(of));
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Not an exception of a store, then.
      return Optional.empty();
    }
  }
}
