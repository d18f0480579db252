package io.lakebeam.spec;

import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Paths that are Databricks' own: volumes, workspace files and DBFS. Databricks supports them for
 * Python, for shells and for Spark's readers, and not for what runs in a JVM and opens files by
 * itself, as Lakebeam does.
 */
public final class DatabricksPlaces {
  private static final Pattern PLACE =
      Pattern.compile(
          "(?:(?i:file):)?/+(Volumes|Workspace|dbfs)(?:/.*)?|(?i:(dbfs)):.*", Pattern.DOTALL);

  private static final Pattern IN_VOLUME =
      Pattern.compile("(?:(?i:file|dbfs):)?/+Volumes(?:/.*)?", Pattern.DOTALL);
  private static final Pattern IN_MOUNT = Pattern.compile("(?:(?i:dbfs):|/+dbfs)/+mnt/.*");

  private static final String URI =
      "name the storage's own URI, such as abfss://container@account.dfs.core.windows.net/folder";

  private static final String REASON =
      "Databricks lets no JVM open files of volumes, of the workspace or of DBFS by their paths";

  private DatabricksPlaces() {}

  /** True for a path or URI of these places. */
  public static boolean holds(String pathOrUri) {
    return PLACE.matcher(pathOrUri).matches();
  }

  /**
   * Why nothing is read or written there; empty for any other path or URI.
   *
   * @param what it is, in the words of a sentence: {@code the lake}
   */
  public static Optional<Problem> problem(String what, String pathOrUri, SourceLocation at) {
    return holds(pathOrUri)
        ? Optional.of(
            new Problem(
                at,
                what + " lies at " + pathOrUri + ", where Lakebeam cannot reach it on Databricks",
                REASON,
                wayOut(pathOrUri)))
        : Optional.empty();
  }

  /** Every such place that a pipeline names. */
  public static List<Problem> problems(PipelineSpec pipeline) {
    List<Problem> problems = new ArrayList<>();
    problem("the lake", pipeline.lake(), pipeline.at()).ifPresent(problems::add);
    for (SourceSpec source : pipeline.sources()) {
      if (source.connection() instanceof SourceSpec.Files files) {
        for (String place : files.places()) {
          problem(source.name(), place, source.at()).ifPresent(problems::add);
        }
      }
    }
    return problems;
  }

  /** The same in one sentence. */
  public static String refusal(String pathOrUri) {
    return REASON + "; " + wayOut(pathOrUri);
  }

  /** What to name instead. */
  private static String wayOut(String pathOrUri) {
    if (IN_VOLUME.matcher(pathOrUri).matches()) {
      return URI
          + ": DESCRIBE VOLUME catalog.schema.volume, with the three names behind /Volumes, shows it"
          + " as storageLocation when the volume is external; copy the files of a managed volume to"
          + " an external location";
    }
    Matcher place = PLACE.matcher(pathOrUri);
    if (place.matches() && "Workspace".equals(place.group(1))) {
      return URI
          + "; reference data may lie beside pipeline.yaml instead, from where deploy takes it along";
    }
    return IN_MOUNT.matcher(pathOrUri).matches()
        ? URI + ": dbutils.fs.mounts() shows it for a mount"
        : URI + "; copy files of DBFS to an external location";
  }
}
