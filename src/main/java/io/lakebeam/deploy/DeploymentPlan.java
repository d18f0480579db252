package io.lakebeam.deploy;

import io.lakebeam.spec.Trust;
import io.lakebeam.spec.profile.DatabricksProfile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What is deployed, and where to.
 *
 * @param pipeline its name
 * @param jars on this machine: Lakebeam's own first, then the user's
 * @param parameters values for {@code --set} of every run; no secrets
 * @param trust that every run has in the pipeline's files, as {@code deploy} was given it
 */
public record DeploymentPlan(
    DatabricksProfile profile,
    String pipeline,
    ProjectFolder project,
    List<Path> jars,
    Map<String, String> parameters,
    Trust trust) {
  public DeploymentPlan {
    jars = List.copyOf(jars);
    parameters = Map.copyOf(parameters);
  }

  /** What the jar of the pipeline's files is called here. */
  String projectJar() {
    return pipeline + "-project.jar";
  }

  /** The pipeline's folder in the volume. */
  String folder() {
    return profile.volume() + "/" + pipeline;
  }
}
