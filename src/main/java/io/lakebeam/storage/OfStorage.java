package io.lakebeam.storage;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FilterFileSystem;

/**
 * What Hadoop gives to a library that asks with a pipeline's settings: the driver that an {@link
 * OpenStorage} holds. Hadoop makes one for each time it asks; closing it closes nothing.
 */
public final class OfStorage extends FilterFileSystem {
  @Override
  public void initialize(URI name, Configuration configuration) throws IOException {
    fs = OpenStorage.of(configuration).driver(name);
    super.initialize(name, configuration);
  }

  @Override
  public String getScheme() {
    return fs.getScheme();
  }

  @Override
  public void close() {
    // It is the driver of all who have these settings.
  }
}
