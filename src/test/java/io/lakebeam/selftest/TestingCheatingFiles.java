package io.lakebeam.selftest;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/**
 * Scheme {@code gs}, which has no driver here: local files in a store that writes over what is
 * there when it is told not to, and says that all is well.
 */
public final class TestingCheatingFiles extends RawLocalFileSystem {
  @Override
  public URI getUri() {
    return URI.create("gs:///");
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return super.create(file, true, bufferSize, replication, blockSize, progress);
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      org.apache.hadoop.fs.permission.FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return super.create(file, permission, true, bufferSize, replication, blockSize, progress);
  }
}
