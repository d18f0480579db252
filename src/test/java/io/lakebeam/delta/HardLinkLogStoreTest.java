package io.lakebeam.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.delta.storage.HDFSLogStore;
import io.delta.storage.LogStore;
import io.lakebeam.storage.Storage;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists as Delta's own store does; that it writes once is in {@link HardLinkLogStoreIT}. */
class HardLinkLogStoreTest {
  private static final Configuration CONFIGURATION = Storage.PLAIN.configuration();

  @TempDir Path folder;

  private static List<String> list(LogStore store, org.apache.hadoop.fs.Path from)
      throws Exception {
    List<String> listed = new ArrayList<>();
    store
        .listFrom(from, CONFIGURATION)
        .forEachRemaining(
            file ->
                listed.add(
                    file.getPath() + " " + file.getLen() + " " + file.getModificationTime()));
    return listed;
  }

  @Test
  void listsWhatDeltasOwnStoreLists() throws Exception {
    for (int version = 0; version < 30; version++) {
      Files.writeString(folder.resolve(String.format("%020d.json", version)), "x".repeat(version));
    }
    Files.writeString(folder.resolve("00000000000000000010.checkpoint.parquet"), "y");
    Files.writeString(folder.resolve("_last_checkpoint"), "z");
    Files.writeString(folder.resolve(".00000000000000000031.json.tmp"), "");
    for (String name : List.of("0", "00000000000000000010.", "00000000000000000029.json", "x")) {
      org.apache.hadoop.fs.Path from =
          new org.apache.hadoop.fs.Path(Storage.PLAIN.path(folder.toString()), name);
      assertEquals(
          list(new HDFSLogStore(CONFIGURATION), from),
          list(new HardLinkLogStore(CONFIGURATION), from),
          name);
    }
    org.apache.hadoop.fs.Path absent =
        new org.apache.hadoop.fs.Path(Storage.PLAIN.path(folder.resolve("absent").toString()), "0");
    assertThrows(
        FileNotFoundException.class, () -> list(new HardLinkLogStore(CONFIGURATION), absent));
  }
}
