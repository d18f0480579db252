package io.lakebeam.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.lake.UsageException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recipient is given, what it is good for, and which bytes of a file are asked for. */
class ShareKeyTest {
  private static final Instant EXPIRES = Instant.parse("2026-02-01T12:00:00Z");
  private static final String KEY = "a key that is long enough, 32 at least";

  @TempDir Path dir;

  @Test
  void aTokenIsGoodForItsShareInEachProcessThatHasTheKey() {
    String token = ShareKey.of(KEY).token("p", EXPIRES);
    assertEquals(Optional.of(EXPIRES), ShareKey.of(KEY).expiry("p", token));
    assertEquals(Optional.empty(), ShareKey.of(KEY).expiry("q", token));
    assertEquals(Optional.empty(), ShareKey.of(KEY + "x").expiry("p", token));
    assertEquals(Optional.empty(), ShareKey.random().expiry("p", token));
    ShareKey random = ShareKey.random();
    assertEquals(Optional.of(EXPIRES), random.expiry("p", random.token("p", EXPIRES)));
    assertNotEquals(random.token("p", EXPIRES), ShareKey.random().token("p", EXPIRES));
    assertThrows(IllegalArgumentException.class, () -> ShareKey.of("x".repeat(31)));
  }

  @Test
  void aTokenThatSomebodyHasChangedIsNone() {
    ShareKey key = ShareKey.of(KEY);
    String token = key.token("p", EXPIRES);
    String until = token.substring(0, token.indexOf('.'));
    String later = Long.toString(EXPIRES.plusSeconds(1).getEpochSecond());
    for (String changed :
        new String[] {
          "",
          ".",
          until,
          until + ".",
          token + "A",
          token.substring(0, token.length() - 2),
          token.replace(until, later),
          token.replace(until, ""),
          token.replace(until, "x"),
          " " + token
        }) {
      assertEquals(Optional.empty(), key.expiry("p", changed), changed);
    }
  }

  @Test
  void wordsDoNotRunIntoEachOther() {
    ShareKey key = ShareKey.of(KEY);
    assertTrue(key.isSigned(key.sign("ab", "c"), "ab", "c"));
    assertFalse(key.isSigned(key.sign("ab", "c"), "a", "bc"));
    assertFalse(key.isSigned(key.sign("ab", "c"), "abc"));
    assertTrue(key.sign("ab").matches("[A-Za-z0-9_-]{43}"), key.sign("ab"));
  }

  @Test
  void aProfileIsItsOwnersAlone() throws Exception {
    Path file = dir.resolve("p.share");
    URI endpoint = URI.create("https://data.example.com/delta-sharing");
    new ShareProfile(endpoint, "first", EXPIRES).writeTo(file);
    new ShareProfile(endpoint, "second", EXPIRES).writeTo(file);
    JsonNode profile = new ObjectMapper().readTree(file.toFile());
    assertEquals(
        new ObjectMapper()
            .readTree(
                """
                {"shareCredentialsVersion": 1,
                 "endpoint": "https://data.example.com/delta-sharing",
                 "bearerToken": "second",
                 "expirationTime": "2026-02-01T12:00:00.0Z"}
                """),
        profile);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    try (Stream<Path> files = Files.list(dir)) {
      assertEquals(1, files.count(), "nothing is left beside it");
    }
  }

  @Test
  void aProfileIsNotWrittenOverSomethingElse() throws Exception {
    ShareProfile profile =
        new ShareProfile(URI.create("https://localhost/delta-sharing"), "token", EXPIRES);
    Path text = Files.writeString(dir.resolve("text"), "something else");
    Path json = Files.writeString(dir.resolve("json"), "{\"endpoint\": \"x\"}");
    Path folder = Files.createDirectory(dir.resolve("folder"));
    Path real = dir.resolve("real.share");
    profile.writeTo(real);
    Path link = Files.createSymbolicLink(dir.resolve("link"), real);
    for (Path each : new Path[] {text, json, folder, link}) {
      UsageException refused =
          assertThrows(UsageException.class, () -> profile.writeTo(each), each.toString());
      assertTrue(refused.getMessage().contains("not written over"), refused.getMessage());
    }
    assertEquals("something else", Files.readString(text));
    assertTrue(Files.isSymbolicLink(link));
    UsageException nowhere =
        assertThrows(
            UsageException.class, () -> profile.writeTo(dir.resolve("none").resolve("p.share")));
    assertTrue(nowhere.getMessage().contains("there is no folder"), nowhere.getMessage());
  }

  @Test
  void aRangeIsWithinTheFile() {
    assertEquals(Optional.of(new ByteRange(0, 9)), ByteRange.of("bytes=0-9", 100));
    assertEquals(Optional.of(new ByteRange(10, 99)), ByteRange.of("bytes=10-", 100));
    assertEquals(Optional.of(new ByteRange(92, 99)), ByteRange.of("bytes=-8", 100));
    assertEquals(Optional.of(new ByteRange(99, 99)), ByteRange.of("bytes=99-1000", 100));
    assertEquals(Optional.of(new ByteRange(0, 99)), ByteRange.of("bytes=-1000", 100));
    for (String whole :
        new String[] {null, "", "bytes=", "bytes=-", "bytes=9-1", "bytes=0-1,3-4", "rows=0-1"}) {
      assertEquals(Optional.empty(), ByteRange.of(whole, 100), whole);
    }
    for (String none : new String[] {"bytes=100-", "bytes=100-200", "bytes=-0"}) {
      RefusedShareException refused =
          assertThrows(RefusedShareException.class, () -> ByteRange.of(none, 100), none);
      assertEquals(416, refused.status());
    }
  }
}
