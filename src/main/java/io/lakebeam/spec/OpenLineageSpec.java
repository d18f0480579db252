package io.lakebeam.spec;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.secret.References;
import io.lakebeam.spec.secret.SecretText;
import java.util.Optional;

/**
 * Where a pipeline's lineage is told, in OpenLineage's events.
 *
 * @param namespace of the job
 * @param job its name; the pipeline's where none is declared
 * @param url of the server; empty for a file
 * @param endpoint the path below the URL that takes events
 * @param apiKey sent as a bearer token; empty for none
 * @param file that gets a line of JSON for each event, absolute; empty for a server
 */
public record OpenLineageSpec(
    String namespace,
    String job,
    Optional<SecretText> url,
    String endpoint,
    Optional<SecretText> apiKey,
    String file,
    SourceLocation at) {
  /** True when a URL may get an API key: nobody on the way reads it. */
  public static boolean isSafe(String url) {
    return SinkSpec.isSafe(url);
  }

  /** True for a URL that events without an API key may be sent to. */
  public static boolean isUrl(String url) {
    return url.matches("https?://[^\\s/?#@]+(/[^\\s?#]*)?");
  }

  /** True when the URL is written out, and not referred to. */
  static boolean isWritten(String url) {
    return References.in(url).isEmpty();
  }
}
