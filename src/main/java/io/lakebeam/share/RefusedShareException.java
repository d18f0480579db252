package io.lakebeam.share;

/** A request of a recipient that is not answered as it is asked. */
final class RefusedShareException extends RuntimeException {
  private final int status;
  private final String errorCode;

  /**
   * @param status of HTTP
   * @param errorCode for programs, as the protocol's own server calls it
   * @param message a sentence for a person, who may be anybody: it names no place of the lake
   */
  RefusedShareException(int status, String errorCode, String message) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
  }

  int status() {
    return status;
  }

  String errorCode() {
    return errorCode;
  }

  static RefusedShareException notFound(String message) {
    return new RefusedShareException(404, "RESOURCE_DOES_NOT_EXIST", message);
  }

  static RefusedShareException invalid(String message) {
    return new RefusedShareException(400, "INVALID_PARAMETER_VALUE", message);
  }

  static RefusedShareException unsupported(String message) {
    return new RefusedShareException(400, "UNSUPPORTED_OPERATION", message);
  }
}
