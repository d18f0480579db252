package io.lakebeam.share;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.lake.UsageException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * What a recipient is given: where the server is, and a token for it.
 *
 * @param endpoint what the protocol's paths follow
 * @param expires when the token does
 */
public record ShareProfile(URI endpoint, String token, Instant expires) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String VERSION = "shareCredentialsVersion";
  private static final String ENDPOINT = "endpoint";
  private static final String TOKEN = "bearerToken";

  /** With a fraction, as the protocol shows it and some readers demand. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.S'Z'").withZone(ZoneOffset.UTC);

  private static final long MOST_BYTES = 1 << 16;

  /**
   * Writes a file that its owner only can read, in place of an older profile.
   *
   * @throws UsageException when something else is there, or it cannot be written
   */
  public void writeTo(Path file) {
    requireFree(file);
    ObjectNode profile = MAPPER.createObjectNode();
    profile.put(VERSION, 1);
    profile.put(ENDPOINT, endpoint.toString());
    profile.put(TOKEN, token);
    profile.put("expirationTime", TIME.format(expires));
    Path absolute = file.toAbsolutePath();
    try {
      // It has its rights before it has a token in it, and is whole when it has its name.
      Path written =
          Files.createTempFile(
              absolute.getParent(),
              ".share",
              ".tmp",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        Files.writeString(
            written, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(profile) + "\n");
        Files.move(
            written, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(written);
      }
    } catch (NoSuchFileException e) {
      throw new UsageException("the profile cannot be written: there is no folder for " + file);
    } catch (IOException e) {
      throw new UsageException("the profile " + file + " cannot be written: " + e.getMessage());
    }
  }

  /**
   * Refuses a place for a profile where something else is.
   *
   * @throws UsageException when there is
   */
  public static void requireFree(Path file) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !isProfile(file)) {
      throw new UsageException(
          file
              + " is there already, and no profile of Delta Sharing: it is not written over; name"
              + " another file with --profile-file");
    }
  }

  private static boolean isProfile(Path file) {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MOST_BYTES) {
        return false;
      }
      JsonNode content = MAPPER.readTree(Files.readAllBytes(file));
      return content.has(VERSION) && content.has(ENDPOINT) && content.has(TOKEN);
    } catch (JacksonException e) {
      return false;
    } catch (IOException e) {
      throw new UsageException("the profile " + file + " cannot be read: " + e.getMessage());
    }
  }
}
