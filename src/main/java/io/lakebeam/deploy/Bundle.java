package io.lakebeam.deploy;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.spec.profile.DatabricksProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
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
 * jars/                          Lakebeam's jar, the user's, and one of the pipeline's files
 * </pre>
 *
 * <p>It holds no secret: those of the job are references to secret scopes, and whoever deploys it
 * signs in with Databricks' own command line. Only its owner can read it.
 */
public final class Bundle {
  private static final String FILE = "databricks.yml";
  private static final String HEADER = "# Made by lakebeam deploy, which overwrites it.\n";

  /** Of bundles that Lakebeam wrote before. */
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
      Files.createDirectories(folder.resolve(JARS));
      writePrivately(folder.resolve(FILE), bundle());
      List<String> jars = new ArrayList<>();
      for (Path jar : plan.jars()) {
        String name = new JarFile(jar).name();
        Path copy = folder.resolve(JARS).resolve(name);
        // One that LAKEBEAM_CLASSPATH names twice is one library.
        if (!Files.exists(copy)) {
          Files.copy(jar, copy);
          jars.add("../" + JARS + "/" + name);
        }
      }
      Path file = folder.resolve(JARS).resolve(plan.projectJar());
      ProjectJar project = ProjectJar.write(plan.project(), file);
      String name = new JarFile(file).name();
      Files.move(file, file.resolveSibling(name));
      jars.add("../" + JARS + "/" + name);
      writePrivately(
          folder.resolve(RESOURCES).resolve(plan.pipeline() + ".job.yml"),
          resources(project.pipelineFile(), jars));
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
          ErrorCode.DEPLOY_FAILED,
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
    // Jars go to the volume, as libraries of the job.
    bundle.put("sync", Map.of("exclude", List.of(JARS + "/**")));
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

  private Map<String, Object> resources(String pipelineFile, List<String> jars) {
    Map<String, String> variables = new TreeMap<>();
    plan.profile().variables().keySet().forEach(n -> variables.put(n, "${var." + n + "}"));
    JobSettings job =
        new JobSettings(
            plan.profile(),
            plan.pipeline(),
            pipelineFile,
            jars,
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
