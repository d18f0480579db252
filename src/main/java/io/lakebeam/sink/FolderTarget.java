package io.lakebeam.sink;

import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.storage.Storage;
import io.lakebeam.storage.StorageException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder that gets a file of JSON lines for each file of the table, in one step and of the same
 * name each time: what is delivered again is there once.
 */
final class FolderTarget implements Target {
  private final Storage storage;
  private final Path folder;
  private final String dataset;
  private long arrived;

  FolderTarget(Storage storage, String folder, String dataset) {
    this.storage = storage;
    this.folder = storage.path(folder);
    this.dataset = dataset;
  }

  @Override
  public long rowsAtOnce() {
    return 1;
  }

  @Override
  public void deliver(List<PostedFile> files) {
    files.forEach(this::deliver);
  }

  @Override
  public long arrived() {
    return arrived;
  }

  private void deliver(PostedFile file) {
    Path whole = new Path(folder, dataset + "-" + file.name() + ".jsonl");
    // Readers of folders pass over names that begin so.
    Path part = new Path(folder, "_" + whole.getName() + ".part");
    FileSystem files = storage.fileSystem(folder);
    try {
      files.mkdirs(folder);
      if (files.exists(whole)) {
        return;
      }
      try (OutputStream out = new BufferedOutputStream(files.create(part, true));
          CloseableIterator<Message> rows = file.rows()) {
        while (rows.hasNext()) {
          out.write(rows.next().json());
          out.write('\n');
          arrived++;
        }
      }
      if (!files.rename(part, whole) && !files.exists(whole)) {
        throw new IOException("it cannot be renamed to " + whole.getName());
      }
    } catch (IOException e) {
      throw new StorageException("write", whole.toString(), e);
    }
  }
}
