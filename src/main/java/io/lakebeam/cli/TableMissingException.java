package io.lakebeam.cli;

/** There is no table where one was looked for. */
final class TableMissingException extends RuntimeException {
  TableMissingException(String path) {
    super(
        "there is no Delta table at "
            + path
            + "; a pipeline's tables are made by its first run, and --lake names another lake");
  }
}
