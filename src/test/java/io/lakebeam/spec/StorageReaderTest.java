package io.lakebeam.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.spec.secret.Secrets;
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
            "fs.gs.auth.service.account.json.keyfile", dir.resolve("key.json").toString(),
            "fs.azure.io.retry.max.retries", "10",
            "fs.s3a.bucket.lake.acl.default", "BucketOwnerFullControl"),
        settings(
            """
            s3:
              lake:
                endpoint: http://localhost:9000
                region: eu-central-1
                path_style: true
                access_key: "${A}"
                secret_key: "${B}"
            gcs: {project: p, service_account_key_file: key.json}
            properties:
              fs.azure.io.retry.max.retries: 10
              fs.s3a.bucket.lake.acl.default: BucketOwnerFullControl
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
        "properties: {fs.s3a.bucket.b.create.conditional.enabled: false} | is set by Lakebeam",
        "properties: {fs.s3a.bucket.b.c.create.conditional.enabled: false} | is set by Lakebeam",
        "azure: {\"${NOWHERE}\": {managed_identity: {}}} | ${NOWHERE} is not set",
      })
  void mistakesAreTold(String storageAndProblem) {
    String[] parts = storageAndProblem.split(" \\| ", -1);
    List<String> told = project(parts[0]).told();
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.get(0).contains(parts[1]), told.get(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fs.azure.account.keyprovider.e.dfs.core.windows.net:"
            + " org.apache.hadoop.fs.azurebfs.services.ShellDecryptionKeyProvider",
        "fs.azure.account.keyprovider.e.dfs.core.windows.net: 1",
        "fs.azure.shellkeyprovider.script: /bin/sh -c id>PWNED;env>>PWNED",
        "fs.azure.shellkeyprovider.script: \"true\"",
        "fs.azure.account.oauth.provider.type: com.acme.Provider",
        "fs.azure.account.oauth2.token.file: /etc/passwd",
        "fs.azure.account.oauth2.client.endpoint: https://evil.example/token",
        "fs.azure.account.oauth2.msi.endpoint: http://169.254.169.254/",
        "fs.azure.abfs.endpoint: evil.example",
        "fs.azure.abfs.endpoint: evil.example/.dfs.core.windows.net",
        "fs.azure.abfs.endpoint: \"${SOMEWHERE}\"",
        "fs.azure.buffer.dir: /tmp",
        "fs.azure.io.retry.max.retries: \"${RETRIES}\"",
        "fs.azure.user.agent.prefix: \"$${env.MY_TOKEN}\"",
        "fs.s3a.aws.credentials.provider: com.acme.Provider",
        "fs.s3a.bucket.b.aws.credentials.provider: com.acme.Provider",
        "fs.s3a.aws.credentials.provider: \"org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider,"
            + " com.acme.Provider\"",
        "fs.s3a.aws.credentials.provider: \"\"",
        "fs.s3a.aws.credentials.provider: \"${PROVIDER}\"",
        "fs.s3a.aws.credentials.provider:"
            + " software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider",
        "fs.s3a.bucket.my.lake.aws.credentials.provider: com.acme.Provider",
        "fs.s3a.bucket.b.custom.class.endpoint: com.acme.Store",
        "fs.s3a.bucket.my.lake.endpoint: file:///etc/passwd",
        "fs.s3a.encryption.algorithm: CSE-CUSTOM",
        "fs.gs.auth.type: SERVICE_ACCOUNT_JSON_KEYFILE",
        "fs.s3a.committer.name: com.acme.Committer",
        "fs.s3a.impl: com.acme.Store",
        "fs.s3a.proxy.host: evil.example",
        "fs.s3a.assumed.role.credentials.provider: com.acme.Provider",
        "fs.s3a.security.credential.provider.path: jceks://file/tmp/x",
        "fs.s3a.custom.signers: Evil:com.acme.Signer",
        "fs.s3a.buffer.dir: /var/spool",
        "fs.gs.auth.service.account.json.keyfile: /key.json",
        "fs.gs.storage.root.url: https://evil.example/",
        "hadoop.security.credential.provider.path: localjceks://file/tmp/x",
        "hadoop.security.group.mapping: com.acme.Groups",
        "fs.abfss.impl: com.acme.Store",
        "fs.http.impl: com.acme.Store",
        "io.compression.codecs: com.acme.Codec",
        "hadoop.tmp.dir: /tmp/x",
        "no.such.setting: 1",
      })
  void whatMayNameAProgramNeedsTrust(String property) {
    List<String> told = project("properties: {" + property + "}").told();
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.get(0).contains("a pipeline may not set "), told.get(0));
    assertTrue(told.get(0).contains("add --trust to the command"), told.get(0));
    String name = property.substring(0, property.indexOf(": "));
    assertTrue(
        settings(project("properties: {" + property + "}").trusted()).containsKey(name), name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fs.azure.io.retry.max.retries: 10",
        "fs.azure.write.request.size: 8M",
        "fs.azure.http.connection.timeout: 30s",
        "fs.azure.createRemoteFileSystemDuringInitialization: true",
        "fs.azure.account.hns.enabled.a.dfs.core.windows.net: false",
        "fs.azure.fns.account.service.type: BLOB",
        "fs.azure.abfs.endpoint: a.privatelink.dfs.core.windows.net",
        "fs.azure.account.key.a.dfs.core.windows.net: \"${KEY}\"",
        "fs.s3a.connection.maximum: 200",
        "fs.s3a.bucket.lake.endpoint: https://minio.example:9000",
        "fs.s3a.endpoint.region: eu-central-1",
        "fs.s3a.fast.upload.buffer: bytebuffer",
        "fs.gs.storage.root.url: https://storage.googleapis.com/",
        "fs.s3a.bucket.my.data.lake.endpoint: https://minio.example:9000",
        "fs.s3a.bucket.my.data.lake.secret.key: \"${KEY}\"",
        "fs.s3a.bucket.my.data.lake.connection.maximum: 200",
        "fs.s3a.bucket.provider.endpoint: minio.example",
        "fs.s3a.aws.credentials.provider: org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider",
        "fs.s3a.bucket.my.lake.aws.credentials.provider:"
            + " \"org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider,"
            + " software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider\"",
        "fs.s3a.server-side-encryption-algorithm: AES256",
        "fs.s3a.encryption.algorithm: SSE-KMS",
        "fs.gs.auth.type: COMPUTE_ENGINE",
        "fs.s3a.committer.name: magic",
      })
  void ordinarySettingsDoNot(String property) {
    String name = property.substring(0, property.indexOf(": "));
    assertTrue(settings(project("properties: {" + property + "}")).containsKey(name), name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "azure: {evil.example: {managed_identity: {}}} | this machine's identity may not sign in",
        "gcs: {endpoint: \"https://evil.example/\"} | gs:// may not be reached at that address",
        "gcs: {service_account_key_file: /etc/key.json} | lies outside of the project",
        "gcs: {service_account_key_file: ../key.json} | lies outside of the project",
        "properties: {fs.azure.always.use.https: false} | a pipeline may not set",
        "properties: {fs.azure.abfs.endpoint: a.dfs.core.windows.net,"
            + " fs.azure.always.use.https: false} | a pipeline may not set",
      })
  void whatThisMachineSignsInWithGoesToTheStoreOnly(String storageAndProblem) {
    String[] parts = storageAndProblem.split(" \\| ", -1);
    List<String> told = project(parts[0]).told();
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.get(0).contains(parts[1]), told.get(0));
    project(parts[0]).trusted().read();
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
