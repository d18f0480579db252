package io.lakebeam.spec;

import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.List;
import java.util.Optional;

/** Reads {@code open_lineage:}. */
final class OpenLineageReader {
  private static final String SECTION = "open_lineage";
  private static final String HTTP = "http";
  private static final String URL = "url";
  private static final String API_KEY = "api_key";

  private final Reading reading;

  OpenLineageReader(Reading reading) {
    this.reading = reading;
  }

  /** True for the paths of values that may hold secrets and are never substituted. */
  static boolean isSecret(List<String> path) {
    return path.size() == 3
        && path.get(0).equals(SECTION)
        && path.get(1).equals(HTTP)
        && (path.get(2).equals(URL) || path.get(2).equals(API_KEY));
  }

  /**
   * What is declared; empty when nothing is, or a problem says why.
   *
   * @param pipeline its name
   */
  Optional<OpenLineageSpec> read(YamlNode root, String pipeline) {
    Optional<YamlNode> declared = root.get(SECTION);
    if (declared.isEmpty()) {
      return Optional.empty();
    }
    YamlNode said = declared.get();
    Optional<YamlNode> http = said.get(HTTP);
    Optional<SecretText> apiKey =
        http.flatMap(node -> Reading.scalar(node, API_KEY))
            .map(value -> reading.secret(API_KEY, value));
    Optional<SecretText> url = http.flatMap(node -> url(node, apiKey.isPresent()));
    Optional<String> file = file(said);
    if (url.isEmpty() && file.isEmpty()) {
      return Optional.empty(); // the shape check, or a problem, says why
    }
    return Optional.of(
        new OpenLineageSpec(
            Reading.text(said, "namespace").orElse("lakebeam"),
            Reading.text(said, "job").orElse(pipeline),
            url,
            http.flatMap(node -> Reading.text(node, "endpoint")).orElse("api/v1/lineage"),
            apiKey,
            file.orElse(""),
            said.at()));
  }

  private Optional<String> file(YamlNode said) {
    Optional<YamlNode.Scalar> file = Reading.scalar(said, "file");
    Optional<String> path = file.flatMap(reading.files()::absolute);
    if (path.filter(text -> !text.startsWith("/")).isPresent()) {
      reading
          .problems()
          .add(
              file.get().at(),
              "file is no file of this machine",
              "events are added to it one by one, which stores do not let",
              "write a path, such as ./lineage.jsonl");
      return Optional.empty();
    }
    return path;
  }

  private Optional<SecretText> url(YamlNode http, boolean hasKey) {
    Optional<YamlNode.Scalar> url = Reading.scalar(http, URL);
    Optional<String> written = url.map(YamlNode.Scalar::text).filter(OpenLineageSpec::isWritten);
    if (written.filter(text -> !OpenLineageSpec.isUrl(text)).isPresent()) {
      reading
          .problems()
          .add(
              url.get().at(),
              "url is no URL of a lineage server",
              "it is http or https, a host, a port if need be, and a path",
              "write for example url: https://marquez.example.com");
    } else if (hasKey && written.filter(text -> !OpenLineageSpec.isSafe(text)).isPresent()) {
      reading
          .problems()
          .add(
              url.get().at(),
              "url is no https URL",
              "the API key would travel over it; http is for this machine only",
              "write for example url: https://marquez.example.com, or leave api_key out");
    }
    return url.map(text -> reading.secret(URL, text));
  }
}
