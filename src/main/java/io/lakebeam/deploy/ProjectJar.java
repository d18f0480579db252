package io.lakebeam.deploy;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Limits;
import io.lakebeam.spec.project.ProjectAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A pipeline's files as a jar, which a job has among its libraries and reads from the class path of
 * its driver and executors. The same files give the same bytes, wherever and whenever it is made.
 *
 * <pre>{@code
 * ProjectJar jar = ProjectJar.write(ProjectFolder.of(location, spec, listed), file);
 * DatabricksJob.main(new String[] {"run", jar.pipelineFile(), "--runner", "spark"});
 * }</pre>
 *
 * @param file on this machine
 * @param pipelineFile where a job finds the pipeline: {@code
 *     classpath:/lakebeam-project/.../pipelines/airlines/pipeline.yaml}
 */
public record ProjectJar(Path file, String pipelineFile) {
  /** Of no time zone: an earlier one, which a jar cannot tell, would be written with this one's. */
  private static final LocalDateTime ALWAYS = LocalDateTime.of(1980, 2, 1, 0, 0);

  /**
   * Writes a jar, in place of one that is there.
   *
   * @throws DeployException when the project is more than a job unpacks, or a file's name cannot
   *     travel
   */
  public static ProjectJar write(ProjectFolder project, Path file) {
    SortedMap<String, Long> lengths = lengths(project);
    SortedMap<String, byte[]> contents = new TreeMap<>();
    try {
      for (String each : lengths.keySet()) {
        contents.put(each, Files.readAllBytes(project.local(each)));
      }
      // As read, whatever has become of a file since it was looked at.
      contents.forEach((name, content) -> lengths.put(name, (long) content.length));
      ProjectAddress address = new ProjectAddress(digest(contents));
      try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
        // What a compressor makes of a file is another thing on another JDK.
        out.setMethod(ZipOutputStream.STORED);
        byte[] list = ProjectAddress.listed(lengths).getBytes(StandardCharsets.UTF_8);
        put(out, address.list(), list);
        for (Map.Entry<String, byte[]> each : contents.entrySet()) {
          put(out, address.resource(each.getKey()), each.getValue());
        }
      }
      return new ProjectJar(file, address.uri(project.pipelineFile()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot put the pipeline's files into " + file, e);
    }
  }

  private static SortedMap<String, Long> lengths(ProjectFolder project) {
    SortedMap<String, Long> lengths = new TreeMap<>();
    for (String each : project.files()) {
      if (!ProjectAddress.mayTravel(each)) {
        throw new DeployException(
            ErrorCode.DEPLOY_FAILED,
            "the file '" + each + "' cannot be deployed",
            "its name holds a line break, another control character or '!/'",
            "rename it");
      }
      lengths.put(each, new JarFile(project.local(each)).size());
    }
    if (!ProjectAddress.isWithinBounds(lengths)) {
      long bytes = lengths.values().stream().mapToLong(Long::longValue).sum();
      throw new DeployException(
          ErrorCode.DEPLOY_FAILED,
          "the pipeline's files are too many to be deployed",
          lengths.size()
              + " files of "
              + bytes
              + " bytes, and every JVM of the job unpacks them: a job takes "
              + Limits.PROJECT_FILES
              + " of "
              + Limits.PROJECT_BYTES
              + " in all",
          "put large reference data into a store, and name its URI in the pipeline");
    }
    return lengths;
  }

  private static void put(ZipOutputStream out, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 sum = new CRC32();
    sum.update(content);
    entry.setCrc(sum.getValue());
    entry.setSize(content.length);
    entry.setTimeLocal(ALWAYS);
    out.putNextEntry(entry);
    out.write(content);
    out.closeEntry();
  }

  private static String digest(SortedMap<String, byte[]> contents) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      contents.forEach(
          (name, content) -> {
            // No name holds a line break: no two projects are written alike.
            String head = content.length + " " + name + "\n";
            digest.update(head.getBytes(StandardCharsets.UTF_8));
            digest.update(content);
          });
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
