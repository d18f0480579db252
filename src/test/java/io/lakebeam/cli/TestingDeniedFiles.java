package io.lakebeam.cli;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.Progressable;

/**
 * Scheme {@code gs}, which has no driver here: local files that nobody may write, nor list below a
 * folder named {@code closed}. A test cannot take rights away from itself when it runs as root.
 */
public final class TestingDeniedFiles extends RawLocalFileSystem {
  @Override
  public URI getUri() {
    return URI.create("gs:///");
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    if (folder.toString().contains("closed")) {
      throw new AccessControlException("Permission denied: " + folder);
    }
    return super.listStatus(folder);
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    throw new AccessControlException("Permission denied: " + file);
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
    throw new AccessControlException("Permission denied: " + file);
  }
}
