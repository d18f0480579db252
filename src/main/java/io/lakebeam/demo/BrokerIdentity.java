package io.lakebeam.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A broker's self-signed certificate: a key store for the broker and a trust store for its clients,
 * both PKCS12, made once a folder so that clients outlive the broker.
 *
 * @param keyStore holds the private key
 * @param password of the key store; random, kept beside it
 * @param trustStore holds the certificate only
 */
record BrokerIdentity(Path keyStore, String password, Path trustStore) {
  /** Protects nothing: a trust store holds public certificates, but PKCS12 wants a password. */
  static final String TRUST_PASSWORD = "public";

  private static final String ALIAS = "broker";
  private static final int KEYTOOL_SECONDS = 60;

  /** The folder's identity, made on first use. */
  static BrokerIdentity in(Path folder) throws IOException {
    Path keyStore = folder.resolve("broker.p12");
    Path passwordFile = folder.resolve("broker.password");
    Path trustStore = folder.resolve("trust.p12");
    Files.createDirectories(folder);
    // The trust store comes last and whole, so that its presence means that all three are there.
    if (!Files.exists(trustStore)) {
      Files.deleteIfExists(keyStore);
      writeNewPassword(passwordFile);
      makeKey(keyStore, passwordFile);
      exportCertificate(keyStore, Files.readString(passwordFile).trim(), trustStore);
    }
    return new BrokerIdentity(keyStore, Files.readString(passwordFile).trim(), trustStore);
  }

  private static void writeNewPassword(Path file) throws IOException {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    Files.deleteIfExists(file);
    Files.createFile(file);
    if (!file.toFile().setReadable(false, false) || !file.toFile().setReadable(true, true)) {
      throw new IOException("cannot keep " + file + " from other users");
    }
    Files.writeString(file, HexFormat.of().formatHex(random));
  }

  /** The JDK has no public API that signs a certificate; its keytool does. */
  private static void makeKey(Path keyStore, Path passwordFile) throws IOException {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Process process =
        new ProcessBuilder(
                List.of(
                    keytool.toString(),
                    "-genkeypair",
                    "-alias",
                    ALIAS,
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-validity",
                    "3650",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "SAN=dns:localhost,ip:127.0.0.1",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    keyStore.toString(),
                    "-storepass:file",
                    passwordFile.toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException("keytool made no certificate: " + said.strip());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool made a certificate", e);
    }
  }

  private static void exportCertificate(Path keyStore, String password, Path trustStore)
      throws IOException {
    Path unfinished = trustStore.resolveSibling(".trust.p12");
    try (InputStream in = Files.newInputStream(keyStore);
        OutputStream out = Files.newOutputStream(unfinished)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, password.toCharArray());
      Certificate certificate = keys.getCertificate(ALIAS);
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(ALIAS, certificate);
      trusted.store(out, TRUST_PASSWORD.toCharArray());
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot export the certificate of " + keyStore, e);
    }
    Files.move(unfinished, trustStore, StandardCopyOption.ATOMIC_MOVE);
  }
}
