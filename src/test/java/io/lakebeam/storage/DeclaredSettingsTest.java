package io.lakebeam.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.SecretText;
import io.lakebeam.spec.Secrets;
import io.lakebeam.spec.StorageSpec;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeclaredSettingsTest {
  private static final String KEY = "fs.azure.account.key.a.dfs.core.windows.net";

  private final Configuration configuration = new Configuration(false);
  private final DeclaredSettings declared = new DeclaredSettings(configuration);

  @AfterEach
  void forget() {
    Secrets.forget("DECLARED");
  }

  private static StorageSpec spec(String setting) {
    SourceLocation at = SourceLocation.of("pipeline.yaml");
    return new StorageSpec(
        Map.of(setting, new StorageSpec.Setting("storage.x", new SecretText("${DECLARED}"), at)));
  }

  @Test
  void settingsAddUpAndMayBeAddedAgain() {
    Secrets.provide("DECLARED", "c2VjcmV0");
    declared.add(spec(KEY));
    declared.add(spec("fs.b"));
    declared.add(spec(KEY));
    assertEquals("c2VjcmV0", configuration.get(KEY));
    assertEquals("c2VjcmV0", configuration.get("fs.b"));
  }

  @Test
  void aContradictionIsRefusedWithoutValues() {
    Secrets.provide("DECLARED", "c2VjcmV0");
    declared.add(spec(KEY));
    Secrets.provide("DECLARED", "b3RoZXI=");
    String message = refused(spec(KEY));
    assertEquals(
        "cannot use storage.x: another pipeline in this process gave "
            + KEY
            + " another value; run"
            + " each in a process of its own",
        message);
    assertEquals("c2VjcmV0", configuration.get(KEY));
  }

  @Test
  void aKeyForEveryAccountIsHeldToTheSame() {
    Secrets.provide("DECLARED", "hunter2 is no key");
    String message = refused(spec("fs.azure.account.key"));
    assertFalse(message.contains("hunter2"), message);
    assertNull(configuration.get("fs.azure.account.key"));
    declared.add(spec("fs.azure.account.keyprovider.a"));
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
    assertNull(configuration.get(KEY));
  }

  @Test
  void aVariableThatIsNotSetIsNamed() {
    assertEquals(
        "cannot use storage.x: the environment variable DECLARED is not set on this machine;"
            + " ${DECLARED} cannot be resolved",
        refused(spec(KEY)));
  }

  private String refused(StorageSpec spec) {
    return assertThrows(StorageException.class, () -> declared.add(spec)).getMessage();
  }
}
