package io.lakebeam.deploy;

/** What a workspace answers instead of success. */
final class ApiRefusal extends RuntimeException {
  private final int status;
  private final String code;

  ApiRefusal(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  /** Answers the request under way with 400, unless it is as documented. */
  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ApiRefusal(400, "INVALID_PARAMETER_VALUE", otherwise);
    }
  }
}
