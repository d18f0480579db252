package io.lakebeam.source.kafka;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * What a broker proves itself with.
 *
 * @param subject its distinguished name
 * @param expires when it ends to be valid
 * @param protocol of the connection: {@code TLSv1.3}
 */
public record BrokerCertificate(String subject, Instant expires, String protocol) {

  /** Shakes hands as a Kafka client of these settings does, with its trust store and checks. */
  static BrokerCertificate of(
      Socket socket, InetSocketAddress broker, KafkaSettings settings, Duration answerWithin)
      throws IOException {
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      Map<String, ?> configuration = settings.parsed().values();
      factory.configure(new TreeMap<>(configuration));
      SSLSocket tls =
          (SSLSocket)
              factory
                  .sslContext()
                  .getSocketFactory()
                  .createSocket(socket, broker.getHostString(), broker.getPort(), true);
      tls.setSoTimeout((int) answerWithin.toMillis());
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm(
          (String) configuration.get(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG));
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      X509Certificate certificate = (X509Certificate) tls.getSession().getPeerCertificates()[0];
      return new BrokerCertificate(
          certificate.getSubjectX500Principal().getName(),
          certificate.getNotAfter().toInstant(),
          tls.getSession().getProtocol());
    } catch (KafkaException e) {
      // A trust store that cannot be opened; the message names its path.
      throw new IOException(settings.withoutSecrets(String.valueOf(e.getMessage())), e);
    }
  }

  static String fix(IOException e, KafkaSettings settings) {
    // Java has one type for whatever keeps a connection from being encrypted.
    String said = String.valueOf(e.getMessage());
    if (said.contains("Unsupported or unrecognized SSL message")) {
      return "The broker does not speak TLS there: correct the port, or security.protocol";
    }
    if (said.contains("subject alternative")) {
      return "Use the host name that the certificate is made out to";
    }
    return settings.hasTrustStore()
        ? "See whether the trust store holds the broker's certificate"
        : "Give the broker's certificate, as PEM, with "
            + SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG
            + " under properties";
  }
}
