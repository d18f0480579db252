package io.lakebeam.spec;

import io.lakebeam.spec.secret.References;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which settings of Hadoop's drivers a pipeline that is data may give. The drivers know some
 * hundred, and new ones with every version; a few of them name a class, a script or a file that the
 * driver then loads or runs. So they are allowed by kind: those listed here with values of their
 * kind, and any other of these drivers whose value is a number, a size, a time, true or false.
 */
final class StoreSettings {
  /** The prefixes of the drivers' own settings. */
  private static final List<String> DRIVERS = List.of("fs.azure.", "fs.s3a.", "fs.gs.");

  /** Possessive, as the values are anybody's. */
  private static final Pattern PLAIN =
      Pattern.compile(
          "(?i)true|false|-?[0-9]{1,18}+(?:\\.[0-9]{1,9}+)? ?(?:[kmgtp]b?|[nµum]?s|h|d)?");

  private static final Pattern NAMES_A_PROGRAM =
      Pattern.compile("provider|script|impl|class|security|file$|\\.dir$|proxy");

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_:,.+-]{1,200}+");
  private static final String OF_A_BUCKET = "fs.s3a.bucket.";
  private static final int LONGEST_BUCKET = 63;
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:https?://)?([A-Za-z0-9.-]{1,253}+|\\[[0-9a-fA-F:.]{2,45}+])(?::[0-9]{1,5})?/?");

  private static final Pattern LOOPBACK =
      Pattern.compile("(?i)localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1]");

  private static final Pattern MICROSOFT =
      Pattern.compile(
          "(?i)[a-z0-9.-]+\\.(?:core\\.(?:windows\\.net|chinacloudapi\\.cn|usgovcloudapi\\.net"
              + "|cloudapi\\.de)|fabric\\.microsoft\\.com|storage\\.azure\\.net)");

  private static final Pattern SIGN_IN =
      Pattern.compile(
          "(?i)https://login\\.(?:microsoftonline\\.(?:com|us|de)|partner\\.microsoftonline\\.cn"
              + "|chinacloudapi\\.cn)/[\\w./-]*");

  private static final Pattern GOOGLE = Pattern.compile("(?i)(?:[a-z0-9-]+\\.)*googleapis\\.com");

  private enum Kind {
    /** One of the driver's own words; it names nothing outside of the driver and the store. */
    WORD,
    /** Held back until it is used. */
    SECRET,
    /** Where requests go that are signed: no secret goes along. */
    ADDRESS,
    /** Where tokens go: a host of Microsoft, or this machine. */
    AZURE_ADDRESS,
    GOOGLE_ADDRESS,
    SIGN_IN
  }

  /** By their name without an account behind it, or without {@code bucket.NAME} in it. */
  private static final Map<String, Kind> KNOWN =
      Map.ofEntries(
          Map.entry("fs.azure.account.auth.type", Kind.WORD),
          Map.entry("fs.azure.account.key", Kind.SECRET),
          Map.entry("fs.azure.account.oauth2.client.id", Kind.WORD),
          Map.entry("fs.azure.account.oauth2.client.secret", Kind.SECRET),
          Map.entry("fs.azure.account.oauth2.client.endpoint", Kind.SIGN_IN),
          Map.entry("fs.azure.account.oauth2.msi.tenant", Kind.WORD),
          Map.entry("fs.azure.sas.fixed.token", Kind.SECRET),
          Map.entry("fs.azure.abfs.endpoint", Kind.AZURE_ADDRESS),
          Map.entry("fs.azure.fns.account.service.type", Kind.WORD),
          Map.entry("fs.azure.ingress.service.type", Kind.WORD),
          Map.entry("fs.azure.data.blocks.buffer", Kind.WORD),
          Map.entry("fs.azure.networking.library", Kind.WORD),
          Map.entry("fs.azure.ssl.channel.mode", Kind.WORD),
          Map.entry("fs.azure.user.agent.prefix", Kind.WORD),
          Map.entry("fs.s3a.endpoint", Kind.ADDRESS),
          Map.entry("fs.s3a.endpoint.region", Kind.WORD),
          Map.entry("fs.s3a.access.key", Kind.SECRET),
          Map.entry("fs.s3a.secret.key", Kind.SECRET),
          Map.entry("fs.s3a.session.token", Kind.SECRET),
          Map.entry("fs.s3a.acl.default", Kind.WORD),
          Map.entry("fs.s3a.create.storage.class", Kind.WORD),
          Map.entry("fs.s3a.encryption.key", Kind.SECRET),
          Map.entry("fs.s3a.experimental.input.fadvise", Kind.WORD),
          Map.entry("fs.s3a.fast.upload.buffer", Kind.WORD),
          Map.entry("fs.s3a.ssl.channel.mode", Kind.WORD),
          Map.entry("fs.gs.project.id", Kind.WORD),
          Map.entry("fs.gs.storage.root.url", Kind.GOOGLE_ADDRESS),
          Map.entry("fs.gs.inputstream.fadvise", Kind.WORD));

  /**
   * Ways to sign in that the driver brings along: with what the pipeline refers to, or with what
   * this machine signs in with anyway. None names a file or a profile of this machine.
   */
  private static final Set<String> SIGN_IN_PROVIDERS =
      Set.of(
          "org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider",
          "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
          "org.apache.hadoop.fs.s3a.TemporaryAWSCredentialsProvider",
          "org.apache.hadoop.fs.s3a.auth.IAMInstanceCredentialsProvider",
          "software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider",
          "software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider",
          "software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider",
          "software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider",
          "software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider",
          "com.amazonaws.auth.AnonymousAWSCredentials",
          "com.amazonaws.auth.EC2ContainerCredentialsProviderWrapper",
          "com.amazonaws.auth.EnvironmentVariableCredentialsProvider",
          "com.amazonaws.auth.InstanceProfileCredentialsProvider");

  private static final Set<String> ENCRYPTIONS =
      Set.of("AES256", "SSE-KMS", "DSSE-KMS", "SSE-C", "CSE-KMS");

  /** Settings that take these words only, or several of them with commas between. */
  private static final Map<String, Set<String>> CHOICES =
      Map.of(
          "fs.s3a.aws.credentials.provider", SIGN_IN_PROVIDERS,
          "fs.s3a.encryption.algorithm", ENCRYPTIONS,
          "fs.s3a.server-side-encryption-algorithm", ENCRYPTIONS,
          "fs.s3a.committer.name", Set.of("file", "directory", "partitioned", "magic"),
          "fs.gs.auth.type", Set.of("COMPUTE_ENGINE", "APPLICATION_DEFAULT", "UNAUTHENTICATED"));

  private StoreSettings() {}

  /** Why a pipeline that is data may not give a setting; empty when it may. */
  static Optional<String> refusal(String name, String value) {
    if (value.contains("$${")) {
      return Optional.of(
          "Hadoop would put a variable of this machine in the place of what $${ opens");
    }
    Set<String> choices = CHOICES.get(plain(name));
    if (choices != null) {
      return Arrays.stream(value.split(",", -1)).map(String::strip).allMatch(choices::contains)
          ? Optional.empty()
          : Optional.of(
              "what else it names may be a program; it takes "
                  + choices.stream().sorted().collect(Collectors.joining(", ")));
    }
    Optional<Kind> known = kind(name);
    if (known.isPresent()) {
      return References.in(value).isEmpty() || known.get() == Kind.SECRET
          ? refusal(known.get(), value)
          : Optional.of("it is known only where it runs what the reference stands for");
    }
    if (DRIVERS.stream().noneMatch(name::startsWith)) {
      return Optional.of("it is no setting of the drivers of abfs, s3a or gs");
    }
    if (NAMES_A_PROGRAM.matcher(name.toLowerCase(Locale.ROOT)).find()) {
      return Optional.of("such settings name what the driver loads, runs or opens on this machine");
    }
    return PLAIN.matcher(value.strip()).matches()
        ? Optional.empty()
        : Optional.of(
            "Lakebeam does not know it, and a value that is not a number, a size, a time, true or"
                + " false may name a program");
  }

  private static Optional<String> refusal(Kind kind, String value) {
    return switch (kind) {
      case SECRET -> Optional.empty();
      case WORD ->
          WORD.matcher(value).matches()
              ? Optional.empty()
              : Optional.of("its value is no single word");
      case ADDRESS ->
          host(value).isPresent() ? Optional.empty() : Optional.of("its value is no host");
      case AZURE_ADDRESS -> goesTo(value, MICROSOFT, "Azure");
      case GOOGLE_ADDRESS -> goesTo(value, GOOGLE, "Google");
      case SIGN_IN ->
          SIGN_IN.matcher(value).matches()
              ? Optional.empty()
              : Optional.of(
                  "the application's secret would go there, which is no host of Microsoft");
    };
  }

  private static Optional<String> goesTo(String value, Pattern hosts, String owner) {
    return isLoopback(value) || host(value).filter(h -> hosts.matcher(h).matches()).isPresent()
        ? Optional.empty()
        : Optional.of(
            "what this machine signs in with would go there, which is neither a host of "
                + owner
                + " nor this machine");
  }

  /** True for hosts to which what a machine signs in to Azure with may go. */
  static boolean isAzure(String host) {
    return MICROSOFT.matcher(host).matches();
  }

  /** Why an endpoint of Google's store may not be another; empty when it may. */
  static Optional<String> googleEndpoint(String value) {
    return refusal(Kind.GOOGLE_ADDRESS, value);
  }

  /** True for an address of this machine. */
  static boolean isLoopback(String address) {
    return host(address).filter(host -> LOOPBACK.matcher(host).matches()).isPresent();
  }

  /** True when the setting turns encryption off on the way to a store. */
  static boolean isClearText(String name, String value) {
    return name.startsWith("fs.azure.always.use.https") && !value.strip().equalsIgnoreCase("true");
  }

  private static Optional<String> host(String address) {
    Matcher matcher = ADDRESS.matcher(address.strip());
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /**
   * The settings that one may be: of {@code fs.s3a.bucket.NAME...} those that it may give one
   * bucket, as names of buckets may hold dots. That of the shortest name comes first.
   */
  static List<String> ofAnyBucket(String name) {
    if (!name.startsWith(OF_A_BUCKET)) {
      return List.of(name);
    }
    String rest = name.substring(OF_A_BUCKET.length());
    return IntStream.rangeClosed(1, Math.min(rest.length() - 1, LONGEST_BUCKET))
        .filter(end -> rest.charAt(end) == '.')
        .mapToObj(end -> "fs.s3a." + rest.substring(end + 1))
        .toList();
  }

  /** The listed setting that a name is, whatever bucket it is for; any other name as it is. */
  private static String plain(String name) {
    List<String> settings = ofAnyBucket(name);
    for (String setting : settings) {
      if (KNOWN.containsKey(setting) || CHOICES.containsKey(setting)) {
        // To the bucket whose name is shorter it would be another setting.
        String shortest = settings.get(0);
        int own = setting.length() - "fs.s3a.".length();
        String between = shortest.substring(0, shortest.length() - own);
        return NAMES_A_PROGRAM.matcher(between.toLowerCase(Locale.ROOT)).find() ? name : setting;
      }
    }
    return name;
  }

  private static Optional<Kind> kind(String name) {
    String plain = plain(name);
    if (plain.startsWith("fs.azure.")) {
      // Behind most of them an account's host may stand.
      return KNOWN.entrySet().stream()
          .filter(known -> plain.equals(known.getKey()) || plain.startsWith(known.getKey() + "."))
          .filter(known -> isAccount(plain.substring(known.getKey().length())))
          .map(Map.Entry::getValue)
          .findFirst();
    }
    return Optional.ofNullable(KNOWN.get(plain));
  }

  /** What stands behind a setting for one account only. */
  private static boolean isAccount(String rest) {
    return rest.isEmpty() || rest.matches("\\.[A-Za-z0-9-]{1,63}+\\.[A-Za-z0-9.-]{1,190}+");
  }
}
