package io.lakebeam.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a demo keeps beside its lake, in {@code <lake>/_demo}: the broker's log, the landed files,
 * and the seed they are made from. One demo a lake at a time.
 */
public final class DemoFolder implements AutoCloseable {
  /** Of a new demo, when none is asked for. */
  public static final long DEFAULT_SEED = 7;

  private static final String NAME = "_demo";
  private static final int PARTITIONS = 4;

  /** Grows with every change of what a seed gives: a world cannot go on as another one. */
  private static final int WORLD = 3;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Demos that do not say which pipeline they are of. */
  private static final String FIRST_PIPELINE = "airlines";

  private final Path lake;
  private final String pipeline;
  private final Path folder;
  private final FileChannel lockFile;
  private final long seed;
  private final int partitions;

  private DemoFolder(Path lake, String pipeline, FileChannel lockFile, long seed, int partitions) {
    this.lake = lake;
    this.pipeline = pipeline;
    this.folder = lake.resolve(NAME);
    this.lockFile = lockFile;
    this.seed = seed;
    this.partitions = partitions;
  }

  /**
   * The folder of a new demo or of one that goes on.
   *
   * @param lake absolute; made when absent
   * @param pipeline the shipped one that the demo runs
   * @param seed asked for; empty for that of the lake
   * @throws DemoRefusedException when another demo is running, when the lake's demo has another
   *     seed, is of another pipeline or of another Lakebeam, or when the lake holds something else
   *     than a demo
   */
  public static DemoFolder open(Path lake, String pipeline, OptionalLong seed) throws IOException {
    Path folder = lake.resolve(NAME);
    Path state = folder.resolve("demo.json");
    if (!Files.exists(state) && Files.exists(lake.resolve("_lakebeam"))) {
      throw new DemoRefusedException(
          lake + " is the lake of other pipelines; give the demo a folder of its own with --lake");
    }
    Files.createDirectories(folder);
    FileChannel lockFile =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      lock(lockFile, lake);
      if (!Files.exists(state)) {
        write(state, pipeline, seed.orElse(DEFAULT_SEED));
      }
      JsonNode known = JSON.readTree(Files.readAllBytes(state));
      String knownPipeline = known.path("pipeline").asText(FIRST_PIPELINE);
      if (!knownPipeline.equals(pipeline)) {
        throw new DemoRefusedException(
            "the demo in "
                + lake
                + " is of the pipeline "
                + knownPipeline
                + "; go on with it by: lakebeam demo "
                + knownPipeline
                + ", or give this one another folder with --lake");
      }
      if (known.path("world").asInt() != WORLD) {
        throw new DemoRefusedException(
            "the demo in "
                + lake
                + " is of another Lakebeam, whose records are others; remove the folder, or give"
                + " this one another with --lake");
      }
      long knownSeed = known.path("seed").asLong();
      if (seed.isPresent() && seed.getAsLong() != knownSeed) {
        throw new DemoRefusedException(
            String.format(
                Locale.ROOT,
                "the demo in %s was made with seed %d; leave out --seed to go on with it, or give"
                    + " seed %d another folder with --lake",
                lake,
                knownSeed,
                seed.getAsLong()));
      }
      return new DemoFolder(lake, pipeline, lockFile, knownSeed, known.path("partitions").asInt());
    } catch (IOException | RuntimeException e) {
      lockFile.close();
      throw e;
    }
  }

  public Path lake() {
    return lake;
  }

  public long seed() {
    return seed;
  }

  /** The name of the shipped pipeline that the demo runs. */
  public String pipeline() {
    return pipeline;
  }

  /** Of the broker's topic. */
  int partitions() {
    return partitions;
  }

  /** The broker's own folder. */
  Path broker() {
    return folder.resolve("broker");
  }

  /**
   * The broker's password, the same from start to start: who has read {@link #writeEnvironment}
   * goes on. Only its owner can read the file.
   */
  String key() throws IOException {
    Path file = folder.resolve("key");
    if (!Files.exists(file)) {
      byte[] key = new byte[32];
      new SecureRandom().nextBytes(key);
      Path unfinished = file.resolveSibling(".key");
      writeForOwner(unfinished, Base64.getEncoder().encodeToString(key));
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return Files.readString(file);
  }

  private static void writeForOwner(Path file, CharSequence text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  /** What the pipeline knows as its landing folder. */
  Path landing() {
    return folder.resolve("landing");
  }

  /**
   * Writes what a shell needs to run the pipeline by itself on the demo's sources; only its owner
   * can read it.
   */
  Path writeEnvironment(Map<String, String> environment) throws IOException {
    StringBuilder text = new StringBuilder("# For: lakebeam run " + pipeline + "\n");
    environment.forEach(
        (name, value) ->
            text.append("export ")
                .append(name)
                .append("='")
                .append(value.replace("'", "'\\''"))
                .append("'\n"));
    Path file = folder.resolve("environment.sh");
    writeForOwner(file, text);
    return file;
  }

  /** Lets another demo use the lake. */
  @Override
  public void close() throws IOException {
    lockFile.close();
  }

  private static void lock(FileChannel lockFile, Path lake) throws IOException {
    FileLock held = null;
    try {
      // Let go by the operating system when the process ends, however it ends.
      held = lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by this very process: the same answer as by another one.
    }
    if (held == null) {
      throw new DemoRefusedException(
          "another demo is running on "
              + lake
              + "; stop it, or give this one another folder with --lake");
    }
  }

  private static void write(Path state, String pipeline, long seed) throws IOException {
    Path unfinished = state.resolveSibling(".demo.json");
    byte[] content =
        JSON.writerWithDefaultPrettyPrinter()
            .writeValueAsBytes(
                JSON.createObjectNode()
                    .put("pipeline", pipeline)
                    .put("world", WORLD)
                    .put("seed", seed)
                    .put("partitions", PARTITIONS));
    Files.write(unfinished, content);
    Files.move(unfinished, state, StandardCopyOption.ATOMIC_MOVE);
  }
}
