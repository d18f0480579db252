package io.lakebeam.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A jar on this machine, and what it is called in a workspace: its name there tells its content, so
 * that one that a run is using is never overwritten by another.
 */
record JarFile(Path local) {
  /** {@code lakebeam-spark-e8e1f0f26cd4.jar}. */
  String name() {
    String plain = local.getFileName().toString().replaceFirst("\\.jar$", "");
    return plain + "-" + digest() + ".jar";
  }

  /** In bytes. */
  long size() {
    try {
      return Files.size(local);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + local, e);
    }
  }

  private String digest() {
    try (InputStream in = Files.newInputStream(local)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + local, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
