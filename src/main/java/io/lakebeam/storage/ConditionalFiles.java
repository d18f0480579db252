package io.lakebeam.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.CreateFileOptionKeys;
import org.apache.hadoop.fs.Path;

/**
 * Small files of S3, put if absent by S3 itself: {@code PutObject} with {@code If-None-Match: *},
 * which S3 has had since August 2024 and hadoop-aws since 3.4.2. The object appears whole, when it
 * is closed, and only if nothing is there then, whoever else puts at the same moment.
 */
public final class ConditionalFiles {
  private ConditionalFiles() {}

  /**
   * Writes a new file.
   *
   * @throws FileAlreadyExistsException when the name is taken; what it holds stays
   */
  public static void create(FileSystem files, Path path, byte[] bytes) throws IOException {
    try (FSDataOutputStream out = open(files, path)) {
      out.write(bytes);
    } catch (IOException e) {
      if (isTaken(e)) {
        FileAlreadyExistsException taken = new FileAlreadyExistsException(path.toString());
        taken.initCause(e);
        throw taken;
      }
      throw e;
    }
  }

  private static FSDataOutputStream open(FileSystem files, Path path) throws IOException {
    try {
      FSDataOutputStreamBuilder<?, ?> builder = files.createFile(path);
      builder.recursive().overwrite(true);
      builder.must(CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, true);
      return builder.build();
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw new IOException(
          "the driver cannot write a file only if it is absent, without which two runs could"
              + " overwrite each other's commits; "
              + (SparkSettings.isDatabricks()
                  ? "Databricks brings its own driver along, so keep the lake in Azure storage, or"
                      + " run the pipeline on another Spark"
                  : "use hadoop-aws 3.4.2 or newer and leave fs.s3a.create.conditional.enabled on"),
          e);
    }
  }

  /** 412 says that it is there, 409 that somebody is just putting it. */
  private static boolean isTaken(IOException error) {
    return StoreAnswer.find(error)
        .filter(
            answer ->
                answer.status() == 412
                    || (answer.status() == 409
                        && answer.code().equals("ConditionalRequestConflict")))
        .isPresent();
  }
}
