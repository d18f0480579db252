package io.lakebeam.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.StorageSpec;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.secret.Secrets;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two pipelines of one JVM, with two credentials for one account. */
class OpenStorageTest {
  private static final String KEY = "fs.azure.account.key.a.dfs.core.windows.net";
  private static final Path FILE = new Path("wasb://c@a.dfs.core.windows.net/t/x");

  @AfterEach
  void forget() {
    Secrets.forget("DECLARED");
  }

  /** A driver that says with which settings it was opened. */
  public static final class TestingDriver extends RawLocalFileSystem {
    private URI store;

    @Override
    public void initialize(URI uri, Configuration conf) throws IOException {
      super.initialize(uri, conf);
      store = uri;
    }

    @Override
    public URI getUri() {
      return store == null
          ? super.getUri()
          : URI.create(store.getScheme() + "://" + store.getAuthority());
    }
  }

  private static StorageSpec spec(String name) {
    SourceLocation at = SourceLocation.of("pipeline.yaml");
    return new StorageSpec(
        Map.of(
            name,
            new StorageSpec.Setting("storage.x", new SecretText("${DECLARED}"), at),
            "fs.wasb.impl",
            new StorageSpec.Setting(
                "storage.y", new SecretText(TestingDriver.class.getName()), at)));
  }

  private static Storage storage(String secret) {
    Secrets.provide("DECLARED", secret);
    return Storage.of(spec(KEY)).open();
  }

  private static String key(FileSystem files) {
    return files.getConf().get(KEY);
  }

  @Test
  void eachHasItsOwnCredentialAlsoWhereALibraryOpensTheFile() throws IOException {
    Storage mine = storage("bWluZQ==");
    Storage theirs = storage("dGhlaXJz");
    assertEquals("bWluZQ==", key(mine.fileSystem(FILE)));
    assertEquals("dGhlaXJz", key(theirs.fileSystem(FILE)));
    // As Delta and Parquet ask.
    assertEquals("bWluZQ==", key(inside(FILE.getFileSystem(mine.configuration()))));
    assertEquals("dGhlaXJz", key(inside(FILE.getFileSystem(theirs.configuration()))));
    assertNull(Storage.PLAIN.configuration().get(KEY), "who says nothing has neither");
  }

  private static FileSystem inside(FileSystem given) {
    return ((OfStorage) given).getRawFileSystem();
  }

  /** A long-lived JVM: an old run goes on as it began, a new one has the new secret. */
  @Test
  void aSecretThatWasRotatedIsUsedByWhoBeginsThen() {
    Storage before = storage("b2xk");
    Storage after = storage("bmV3");
    assertEquals("b2xk", key(before.fileSystem(FILE)));
    assertEquals("bmV3", key(after.fileSystem(FILE)));
  }

  @Test
  void whoHasTheSameSettingsSharesDriversAndWhatIsKept() throws IOException {
    Storage one = storage("c2FtZQ==");
    Storage other = SerializableUtils.clone(Storage.of(spec(KEY)));
    assertEquals(one, Storage.of(spec(KEY)));
    assertSame(one.fileSystem(FILE), other.fileSystem(FILE));
    assertSame(
        one.kept(StringBuilder.class, StringBuilder::new),
        other.kept(StringBuilder.class, StringBuilder::new));
    FILE.getFileSystem(one.configuration()).close();
    assertSame(one.fileSystem(FILE), other.fileSystem(FILE), "a library closes nobody's driver");
    FileSystem closed = one.fileSystem(FILE);
    one.close(FILE);
    assertNotSame(closed, other.fileSystem(FILE));
  }

  @Test
  void noSecretTravels() {
    Storage storage = storage("dHJhdmVscw==");
    byte[] bytes = SerializableUtils.serializeToByteArray(new Place(storage, "wasb://c@a/t"));
    assertFalse(
        new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).contains("dHJhdmVscw=="));
  }

  @Test
  void aKeyForEveryAccountIsHeldToTheSame() {
    Secrets.provide("DECLARED", "hunter2 is no key");
    String message = refused(spec("fs.azure.account.key"));
    assertFalse(message.contains("hunter2"), message);
    Storage.of(spec("fs.azure.account.keyprovider.a")).open();
  }

  @Test
  void anAccountKeyThatIsNoneIsRefusedBeforeTheDriverRepeatsIt() {
    Secrets.provide("DECLARED", "AccountName=a;AccountKey=hunter2==");
    String message = refused(spec(KEY));
    assertFalse(message.contains("hunter2"), message);
    assertEquals(
        "cannot use storage.x: what it refers to is no account key, which is Base64; a connection"
            + " string holds it behind AccountKey=",
        message);
  }

  @Test
  void aVariableThatIsNotSetIsNamed() {
    assertEquals(
        "cannot use storage.x: the environment variable DECLARED is not set on this machine;"
            + " ${DECLARED} cannot be resolved",
        refused(spec(KEY)));
  }

  private static String refused(StorageSpec spec) {
    return assertThrows(StorageException.class, () -> Storage.of(spec).open()).getMessage();
  }
}
