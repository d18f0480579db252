package io.lakebeam.deploy;

import io.lakebeam.deploy.Workspace.Job;
import io.lakebeam.deploy.Workspace.Run;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Puts a pipeline into a workspace by its REST API, a line for each step.
 *
 * <pre>{@code
 * Deployment deployment = new Deployment(plan, System::getenv, Pause.real(), System.out::println);
 * long job = deployment.submit();
 * deployment.run(job);
 * }</pre>
 *
 * <p>Every method throws {@link DeployException} with what keeps it from its end, and may be called
 * again: files are overwritten, the job is found by its name.
 */
public final class Deployment {
  private final DeploymentPlan plan;
  private final Workspace workspace;
  private final Consumer<String> steps;

  /**
   * @param environment what the profile's references are looked up in; answers null for what is not
   *     set
   * @param steps told of each step when it is done
   */
  public Deployment(
      DeploymentPlan plan, UnaryOperator<String> environment, Pause pause, Consumer<String> steps) {
    this.plan = plan;
    this.workspace = new Workspace(plan.profile(), environment, pause);
    this.steps = steps;
  }

  /**
   * Uploads the pipeline's files and the jars, then creates the job or changes the one of its name.
   *
   * @return the job's id
   */
  public long submit() {
    // Before anything is uploaded: a foreign job of that name ends it.
    List<Job> jobs = ownJobs();
    String project = plan.folder() + "/project";
    uploadProject(project);
    List<String> jars = uploadJars(plan.folder() + "/jars");
    Map<String, Object> settings =
        new JobSettings(
                plan.profile(),
                plan.pipeline(),
                project + "/" + plan.project().pipelineFile(),
                jars,
                plan.parameters(),
                plan.trust(),
                plan.profile().variables())
            .asMap();
    String name = JobSettings.name(plan.pipeline());
    if (jobs.isEmpty()) {
      long job = workspace.createJob(settings);
      steps.accept("created the job '" + name + "', " + job);
      return job;
    }
    long job = jobs.get(0).id();
    workspace.resetJob(job, settings);
    steps.accept("changed the job '" + name + "', " + job);
    return job;
  }

  private List<Job> ownJobs() {
    String name = JobSettings.name(plan.pipeline());
    List<Job> jobs = workspace.jobs(name);
    if (jobs.size() > 1) {
      throw new DeployException(
          "there are " + jobs.size() + " jobs named '" + name + "'",
          "which of them is meant cannot be known",
          "delete or rename all but one");
    }
    if (jobs.stream().anyMatch(job -> !job.pipeline().equals(Optional.of(plan.pipeline())))) {
      throw new DeployException(
          "the job '" + name + "' is not one that Lakebeam has made",
          "it lacks the tag " + JobSettings.TAG + ": " + plan.pipeline(),
          "rename it, or give it that tag to have its settings replaced");
    }
    return jobs;
  }

  private void uploadProject(String project) {
    Set<String> folders = new TreeSet<>();
    for (String file : plan.project().files()) {
      folders.add(parent(project + "/" + file));
    }
    folders.forEach(workspace::makeFolder);
    for (String file : plan.project().files()) {
      workspace.upload(plan.project().local(file), project + "/" + file);
    }
    steps.accept(
        "uploaded " + plan.project().files().size() + " files of the pipeline to " + project);
  }

  /** A jar's name there tells its content: one that a run is using is never overwritten. */
  private List<String> uploadJars(String folder) {
    workspace.makeFolder(folder);
    List<String> uploaded = new ArrayList<>();
    for (Path jar : plan.jars()) {
      String name = jar.getFileName().toString().replaceFirst("\\.jar$", "");
      String path = folder + "/" + name + "-" + digest(jar) + ".jar";
      if (workspace.hasFile(path, size(jar))) {
        steps.accept("the jar " + path + " is there already");
      } else {
        workspace.upload(jar, path);
        steps.accept("uploaded " + path);
      }
      uploaded.add(path);
    }
    return uploaded;
  }

  /** Starts a run and waits for its end, however long that takes. */
  public void run(long job) {
    long id = workspace.runNow(job);
    String told = "";
    while (true) {
      Run run = workspace.run(id);
      if (told.isEmpty()) {
        steps.accept("started the run " + id + (run.page().isEmpty() ? "" : ": " + run.page()));
      }
      if (!run.state().equals(told) && !run.hasEnded()) {
        steps.accept("the run is " + run.state().toLowerCase(Locale.ROOT));
      }
      told = run.state();
      if (run.hasEnded()) {
        end(run);
        return;
      }
      workspace.rest("wait for the run " + id);
    }
  }

  private void end(Run run) {
    if (run.hasSucceeded()) {
      steps.accept("the run has succeeded");
      return;
    }
    String error =
        run.tasks().stream()
            .map(workspace::taskError)
            .filter(text -> !text.isBlank())
            .findFirst()
            .orElse(run.message());
    throw new DeployException(
        "the run " + run.id() + " has ended as " + (run.code().isEmpty() ? "unknown" : run.code()),
        error.strip(),
        run.page().isEmpty() ? "look at it in the workspace" : "its output is at " + run.page());
  }

  /** Runs statements on the profile's SQL warehouse, one after the other. */
  public void execute(List<String> statements, String warehouse) {
    for (String statement : statements) {
      workspace.execute(statement, warehouse);
      steps.accept("done: " + statement);
    }
  }

  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static String digest(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
