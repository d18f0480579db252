package io.lakebeam.deploy;

import io.lakebeam.spec.DatabricksProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * A Databricks Asset Bundle: a folder that {@code databricks bundle deploy} puts into a workspace.
 *
 * <pre>
 * databricks.yml                 the bundle, with the targets dev and prod
 * resources/airlines.job.yml     the job
 * project/                       the pipeline's files
 * jars/                          Lakebeam's jar and the user's
 * </pre>
 *
 * <p>It holds no secret: those of the job are references to secret scopes, and whoever deploys it
 * signs in with Databricks' own command line. Only its owner can read it.
 */
public final class Bundle {
  private static final String FILE = "databricks.yml";
  private static final String HEADER = "# Made by lakebeam deploy, which overwrites it.\n";
  private static final String PROJECT = "project";
  private static final String JARS = "jars";
  private static final String RESOURCES = "resources";

  private final DeploymentPlan plan;

  public Bundle(DeploymentPlan plan) {
    this.plan = plan;
  }

  /**
   * Writes the bundle, in place of one that Lakebeam wrote there before.
   *
   * @throws DeployException when the folder holds something else
   */
  public void write(Path folder) {
    try {
      if (Files.exists(folder)) {
        refuseForeign(folder);
        for (String part : List.of(PROJECT, JARS, RESOURCES)) {
          delete(folder.resolve(part));
        }
      }
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      Files.createDirectories(folder.resolve(RESOURCES));
      writePrivately(folder.resolve(FILE), bundle());
      writePrivately(folder.resolve(RESOURCES).resolve(plan.pipeline() + ".job.yml"), resources());
      for (String file : plan.project().files()) {
        copy(plan.project().local(file), folder.resolve(PROJECT).resolve(file));
      }
      for (Path jar : plan.jars()) {
        copy(jar, folder.resolve(JARS).resolve(jar.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the bundle " + folder, e);
    }
  }

  /** Variables of the environment are no secrets, and yet nobody else's business. */
  private static void writePrivately(Path file, Map<String, Object> content) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, HEADER + yaml(content));
  }

  private static void refuseForeign(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    boolean isOurs = Files.isRegularFile(file) && Files.readString(file).startsWith(HEADER);
    boolean isEmpty = false;
    if (Files.isDirectory(folder)) {
      try (Stream<Path> content = Files.list(folder)) {
        isEmpty = content.findAny().isEmpty();
      }
    }
    if (!isOurs && !isEmpty) {
      throw new DeployException(
          folder + " is no bundle that Lakebeam has written",
          "what it holds would be overwritten",
          "name a folder that is new or empty with --bundle");
    }
  }

  private Map<String, Object> bundle() {
    DatabricksProfile profile = plan.profile();
    Map<String, Object> bundle = new LinkedHashMap<>();
    bundle.put("bundle", Map.of("name", "lakebeam_" + plan.pipeline()));
    bundle.put("include", List.of(RESOURCES + "/*.yml"));
    // Jars go to the volume, as libraries of the job. The project is named because a bundle below a
    // folder that git ignores, such as target, would be synchronised without it.
    Map<String, Object> sync = new LinkedHashMap<>();
    sync.put("include", List.of(PROJECT + "/**"));
    sync.put("exclude", List.of(JARS + "/**"));
    bundle.put("sync", sync);
    if (!profile.variables().isEmpty()) {
      Map<String, Object> variables = new TreeMap<>();
      profile
          .variables()
          .forEach(
              (name, value) -> {
                Map<String, Object> variable = new LinkedHashMap<>();
                variable.put("description", "Environment variable of the job's machines");
                variable.put("default", value);
                variables.put(name, variable);
              });
      bundle.put("variables", variables);
    }
    Map<String, Object> workspace = new LinkedHashMap<>();
    workspace.put("host", profile.host().toString());
    workspace.put("artifact_path", plan.folder() + "/bundle/${bundle.target}");
    bundle.put("workspace", workspace);
    Map<String, Object> dev = new LinkedHashMap<>();
    // Its jobs get a prefix with the user's name, and their triggers are paused.
    dev.put("mode", "development");
    dev.put("default", true);
    Map<String, Object> prod = new LinkedHashMap<>();
    prod.put("mode", "production");
    prod.put(
        "workspace",
        Map.of(
            "root_path",
            "/Workspace/Users/${workspace.current_user.userName}/.bundle/${bundle.name}/${bundle.target}"));
    Map<String, Object> targets = new LinkedHashMap<>();
    targets.put("dev", dev);
    targets.put("prod", prod);
    bundle.put("targets", targets);
    return bundle;
  }

  private Map<String, Object> resources() {
    Map<String, String> variables = new TreeMap<>();
    plan.profile().variables().keySet().forEach(n -> variables.put(n, "${var." + n + "}"));
    JobSettings job =
        new JobSettings(
            plan.profile(),
            plan.pipeline(),
            "${workspace.file_path}/" + PROJECT + "/" + plan.project().pipelineFile(),
            plan.jars().stream().map(jar -> "../" + JARS + "/" + jar.getFileName()).toList(),
            plan.parameters(),
            plan.trust(),
            variables);
    return Map.of(RESOURCES, Map.of("jobs", Map.of(plan.pipeline(), job.asMap())));
  }

  private static String yaml(Map<String, Object> content) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setIndicatorIndent(2);
    options.setIndentWithIndicator(true);
    options.setWidth(100);
    options.setSplitLines(false);
    return new Yaml(options).dump(content);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> content = Files.walk(folder)) {
        for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
