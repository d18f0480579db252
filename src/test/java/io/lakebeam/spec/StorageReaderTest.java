package io.lakebeam.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageReaderTest {
  @TempDir Path dir;

  private InlineProject project(String storage) {
    return new InlineProject(dir).pipeline(InlineProject.GOOD + "storage:\n" + storage.indent(2));
  }

  private Map<String, String> settings(String storage) {
    return settings(project(storage));
  }

  private static Map<String, String> settings(InlineProject project) {
    return project.read().storage().settings().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                setting -> setting.getValue().value().reference(),
                (a, b) -> a,
                TreeMap::new));
  }

  @Test
  void withoutItNothingIsSaid() {
    PipelineSpec spec = new InlineProject(dir).pipeline(InlineProject.GOOD).read();
    assertEquals(StorageSpec.NONE, spec.storage());
  }

  @Test
  void anAccountSignsInWithItsKeyOrASignature() {
    assertEquals(
        Map.of(
            "fs.azure.account.auth.type.a.dfs.core.windows.net", "SharedKey",
            "fs.azure.account.key.a.dfs.core.windows.net", "${KEY}",
            "fs.azure.account.auth.type.b.dfs.core.chinacloudapi.cn", "SAS",
            "fs.azure.sas.fixed.token.b.dfs.core.chinacloudapi.cn", "${SIGNATURE}"),
        settings(
            """
            azure:
              a: {account_key: "${KEY}"}
              b.dfs.core.chinacloudapi.cn: {sas: "${SIGNATURE}"}
            """));
  }

  @Test
  void anAccountSignsInAsAnApplicationOrTheMachine() {
    InlineProject project =
        project(
                """
                azure:
                  ${ACCOUNT}: {oauth: {tenant: "${TENANT}", client_id: me, client_secret: "${S}"}}
                  m: {managed_identity: {}}
                """)
            .environment("ACCOUNT", "a")
            .environment("TENANT", "t-1");
    assertEquals(
        Map.of(
            "fs.azure.account.auth.type.a.dfs.core.windows.net", "OAuth",
            "fs.azure.account.oauth.provider.type.a.dfs.core.windows.net",
                "org.apache.hadoop.fs.azurebfs.oauth2.ClientCredsTokenProvider",
            "fs.azure.account.oauth2.client.endpoint.a.dfs.core.windows.net",
                "https://login.microsoftonline.com/t-1/oauth2/token",
            "fs.azure.account.oauth2.client.id.a.dfs.core.windows.net", "me",
            "fs.azure.account.oauth2.client.secret.a.dfs.core.windows.net", "${S}",
            "fs.azure.account.auth.type.m.dfs.core.windows.net", "OAuth",
            "fs.azure.account.oauth.provider.type.m.dfs.core.windows.net",
                "org.apache.hadoop.fs.azurebfs.oauth2.MsiTokenProvider"),
        settings(project));
  }

  @Test
  void bucketsAndTheRest() {
    assertEquals(
        Map.of(
            "fs.s3a.bucket.lake.endpoint", "http://localhost:9000",
            "fs.s3a.bucket.lake.endpoint.region", "eu-central-1",
            "fs.s3a.bucket.lake.path.style.access", "true",
            "fs.s3a.bucket.lake.access.key", "${A}",
            "fs.s3a.bucket.lake.secret.key", "${B}",
            "fs.gs.project.id", "p",
            "fs.gs.auth.type", "SERVICE_ACCOUNT_JSON_KEYFILE",
            "fs.gs.auth.service.account.json.keyfile", "/key.json",
            "fs.azure.io.retry.max.retries", "10",
            "fs.s3a.aws.credentials.provider", "com.acme.Provider"),
        settings(
            """
            s3:
              lake:
                endpoint: http://localhost:9000
                region: eu-central-1
                path_style: true
                access_key: "${A}"
                secret_key: "${B}"
            gcs: {project: p, service_account_key_file: /key.json}
            properties:
              fs.azure.io.retry.max.retries: 10
              fs.s3a.aws.credentials.provider: com.acme.Provider
            """));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "azure: {a: {account_key: hunter2hunter2}}",
        "azure: {a: {sas: hunter2hunter2}}",
        "azure: {a: {account_key: \"${KEY:-hunter2hunter2}\"}}",
        "azure: {a: {oauth: {tenant: t, client_id: c, client_secret: hunter2hunter2}}}",
        "s3: {a: {access_key: \"${A}\", secret_key: hunter2hunter2}}",
        "properties: {fs.azure.account.key.a.dfs.core.windows.net: hunter2hunter2}",
        "properties: {fs.azure.sas.fixed.token.a.dfs.core.windows.net: hunter2hunter2}",
        "properties: {fs.s3a.secret.key: hunter2hunter2}",
      })
  void aSecretThatIsWrittenOutIsRefusedAndNotRepeated(String storage) {
    List<String> told = project(storage).told();
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.get(0).contains("holds a secret that is written out"), told.get(0));
    assertFalse(told.get(0).contains("hunter2"), told.get(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "azure: {a: {}} | one of account_key, sas, oauth, managed_identity is missing",
        "azure: {a: {account_key: \"${A}\", sas: \"${B}\"}} | account_key and sas exclude each other",
        "azure: {a: {oauth: {tenant: t, client_id: c}}} | the key client_secret is missing",
        "s3: {a: {access_key: \"${A}\"}} | access_key and secret_key of the bucket a belong together",
        "properties: {fs.file.impl: x} | fs.file.impl is set by Lakebeam",
        "azure: {\"${NOWHERE}\": {managed_identity: {}}} | ${NOWHERE} is not set",
      })
  void mistakesAreTold(String storageAndProblem) {
    String[] parts = storageAndProblem.split(" \\| ", -1);
    List<String> told = project(parts[0]).told();
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.get(0).contains(parts[1]), told.get(0));
  }

  @Test
  void whatIsNotSetIsToldBeforeARun() {
    PipelineSpec spec = project("azure: {a: {account_key: \"${A_KEY_NOBODY_SETS}\"}}").read();
    assertEquals(
        List.of("${A_KEY_NOBODY_SETS} is not set | storage.azure.a.account_key refers to it"),
        Secrets.unsetSecrets(spec, name -> null).stream()
            .map(problem -> problem.problem() + " | " + problem.cause())
            .toList());
  }
}
