package io.lakebeam.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import org.apache.kafka.common.config.SslConfigs;

/** What a client trusts as text, which a pipeline may hold without naming a file. */
public final class Pem {
  private Pem() {}

  /** The certificate in the trust store of a client's settings. */
  public static String certificate(Map<String, Object> client) {
    Path store = Path.of(client.get(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG).toString());
    String password = client.get(SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG).toString();
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(in, password.toCharArray());
      byte[] certificate = trusted.getCertificate(trusted.aliases().nextElement()).getEncoded();
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
              .encodeToString(certificate)
          + "\n-----END CERTIFICATE-----\n";
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
