package io.lakebeam.spec;

import io.lakebeam.spec.secret.SecretText;
import java.io.Serializable;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * How a source signs in with Microsoft Entra ID (SASL OAUTHBEARER). Holds no secret, only its
 * reference; a token is asked for where a client is made, on the worker.
 */
public sealed interface EntraSignIn extends Serializable {
  /** The public cloud's authority; sovereign clouds have their own. */
  String PUBLIC_AUTHORITY = "https://login.microsoftonline.com";

  /**
   * The token endpoint of the Azure Instance Metadata Service, at the link-local address that every
   * virtual machine in Azure has. See "How to use managed identities for Azure resources on an
   * Azure VM to acquire an access token" in Microsoft's documentation.
   */
  String METADATA_SERVICE = "http://169.254.169.254/metadata/identity/oauth2/token";

  /** The authorities of the public cloud and of the sovereign ones. */
  Set<String> AUTHORITIES =
      Set.of(
          "login.microsoftonline.com",
          "login.windows.net",
          "login.microsoftonline.us",
          "login.chinacloudapi.cn",
          "login.partner.microsoftonline.cn",
          "login.microsoftonline.de");

  /** True when a host, which may be null, is where Entra ID gives tokens. */
  static boolean isAuthority(String host) {
    return host != null && AUTHORITIES.contains(host.toLowerCase(Locale.ROOT));
  }

  /** What the token is for, ending with {@code /.default}. */
  String scope();

  /**
   * A service principal, by the OAuth 2.0 client credentials flow.
   *
   * @param authority URL without the tenant
   * @param tenant the directory's id or domain
   * @param clientId the application's id
   */
  record ClientCredentials(
      String authority, String tenant, String clientId, SecretText clientSecret, String scope)
      implements EntraSignIn {
    public ClientCredentials {
      Objects.requireNonNull(clientSecret, "clientSecret");
    }
  }

  /**
   * The identity that Azure gives to the machine.
   *
   * @param endpoint of the metadata service
   * @param clientId of a user-assigned identity; empty for the system-assigned one
   */
  record ManagedIdentity(String endpoint, String clientId, String scope) implements EntraSignIn {}
}
