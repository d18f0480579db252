package io.lakebeam.spec;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.secret.SecretText;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PostgreSQL database that shows datasets as they are.
 *
 * @param url of the database, for JDBC; may be a secret, because it may hold a password
 * @param user empty when the URL names one
 * @param password empty when the URL has it, or none is needed
 * @param schema of the database, where the tables are
 * @param tables the datasets, none twice
 */
public record MirrorSpec(
    String name,
    SecretText url,
    Optional<SecretText> user,
    Optional<SecretText> password,
    String schema,
    List<Table> tables,
    SourceLocation at) {
  /** PostgreSQL cuts longer names off. */
  public static final int MOST_BYTES = 63;

  private static final Pattern URL =
      Pattern.compile(
          "jdbc:postgresql://(?<hosts>[A-Za-z0-9.,:_\\[\\]-]+)/(?<database>[^/?#@\\s]+)"
              + "(\\?(?<parameters>[^?#\\s]*))?");

  /** Others name classes that the driver loads, or files that it writes. */
  private static final Set<String> PARAMETERS =
      Set.of(
          "user",
          "password",
          "sslmode",
          "sslrootcert",
          "sslcert",
          "sslkey",
          "sslpassword",
          "channelBinding",
          "targetServerType",
          "loadBalanceHosts",
          "prepareThreshold",
          "connectTimeout",
          "socketTimeout",
          "ApplicationName");

  public MirrorSpec {
    tables = List.copyOf(tables);
  }

  /** A dataset, and where it is named. */
  public record Table(String dataset, SourceLocation at) {}

  /** Hosts and ports of the database; empty as long as the URL is a reference. */
  public Optional<String> hosts() {
    return part("hosts");
  }

  /** The name of the database; empty as long as the URL is a reference. */
  public Optional<String> database() {
    return part("database");
  }

  private Optional<String> part(String group) {
    Matcher parts = URL.matcher(url.reference());
    return parts.matches() ? Optional.of(parts.group(group)) : Optional.empty();
  }

  /** Why a URL is none that is used; empty for a good one. */
  public static Optional<String> refusal(String url) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      return Optional.of("it is jdbc:postgresql://, a host, a port if need be, / and a database");
    }
    for (String parameter : parameters(parts)) {
      String name = parameter.replaceFirst("=.*", "");
      if (!PARAMETERS.contains(name)) {
        return Optional.of(
            "its parameter "
                + (name.matches("[A-Za-z_]{1,40}") ? name + " " : "")
                + "is none of "
                + String.join(", ", PARAMETERS.stream().sorted().toList()));
      }
    }
    return Optional.empty();
  }

  /** Host and database of a good URL, for people. */
  public static String shown(String url) {
    Matcher parts = URL.matcher(url);
    return parts.matches() ? parts.group("database") + " at " + parts.group("hosts") : "";
  }

  /**
   * True when a good URL says itself whether what is sent is encrypted, or leads to this machine.
   */
  public static boolean saysHowSafe(String url) {
    Matcher parts = URL.matcher(url);
    return parts.matches()
        && (parts.group("hosts").matches("(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]+)?")
            || parameters(parts).stream().anyMatch(each -> each.startsWith("sslmode=")));
  }

  /** The password that a URL has; empty for none. */
  public static Optional<String> passwordIn(String url) {
    Matcher parts = URL.matcher(url);
    return parts.matches()
        ? parameters(parts).stream()
            .filter(each -> each.startsWith("password="))
            .map(each -> each.substring("password=".length()))
            .findFirst()
        : Optional.empty();
  }

  private static List<String> parameters(Matcher parts) {
    String all = parts.group("parameters");
    return all == null || all.isEmpty() ? List.of() : List.of(all.split("&"));
  }
}
