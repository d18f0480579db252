package io.lakebeam.deploy;

import io.lakebeam.deploy.Workspace.Job;
import io.lakebeam.deploy.Workspace.Run;
import io.lakebeam.graph.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
   * Uploads the jars, that of the pipeline's files among them, then creates the job or changes the
   * one of its name.
   *
   * @return the job's id
   */
  public long submit() {
    // Before anything is uploaded: a foreign job of that name ends it.
    List<Job> jobs = ownJobs();
    Map<String, Object> settings = uploaded().asMap();
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

  /** Uploads what every run needs, and says where it is. */
  private JobSettings uploaded() {
    Libraries libraries = uploadLibraries(plan.folder() + "/jars");
    return new JobSettings(
        plan.profile(),
        plan.pipeline(),
        libraries.pipelineFile(),
        libraries.paths(),
        plan.parameters(),
        plan.trust(),
        plan.profile().variables());
  }

  /**
   * Uploads what {@link #submit} uploads, and has a run of its own try the platform with it, on a
   * cluster as the job would get it. The job is neither made nor changed. The run's lines are
   * steps.
   *
   * @throws DeployException when a check has failed, or the run did not get so far
   */
  public void selfTest() {
    long id = workspace.submitRun(uploaded().asSelfTest());
    TaskLogs logs = new TaskLogs(steps);
    Run run = await(id, running -> running.tasks().forEach(task -> logs.look(soFar(task))));
    run.tasks().forEach(task -> logs.end(workspace.taskLogs(task)));
    if (run.hasSucceeded()) {
      steps.accept("the self-test has passed");
      return;
    }
    if (logs.isEmpty()) {
      end(run);
    }
    throw new DeployException(
        ErrorCode.DEPLOY_FAILED,
        "the self-test has not passed",
        "the run " + run.id() + " has ended as " + run.code(),
        "mend what its lines above say, and test again");
  }

  /** A run that has only begun may have no output to ask for. */
  private String soFar(long task) {
    try {
      return workspace.taskLogs(task);
    } catch (DeployException e) {
      // Asked for again at the next look, and at the end it counts.
      return "";
    }
  }

  private List<Job> ownJobs() {
    String name = JobSettings.name(plan.pipeline());
    List<Job> jobs = workspace.jobs(name);
    if (jobs.size() > 1) {
      throw new DeployException(
          ErrorCode.DEPLOY_FAILED,
          "there are " + jobs.size() + " jobs named '" + name + "'",
          "which of them is meant cannot be known",
          "delete or rename all but one");
    }
    if (jobs.stream().anyMatch(job -> !job.pipeline().equals(Optional.of(plan.pipeline())))) {
      throw new DeployException(
          ErrorCode.DEPLOY_FAILED,
          "the job '" + name + "' is not one that Lakebeam has made",
          "it lacks the tag " + JobSettings.TAG + ": " + plan.pipeline(),
          "rename it, or give it that tag to have its settings replaced");
    }
    return jobs;
  }

  /**
   * The pipeline's jar and the others, put into a folder.
   *
   * @param paths of the jars there
   */
  private record Libraries(String pipelineFile, List<String> paths) {}

  private Libraries uploadLibraries(String folder) {
    workspace.makeFolder(folder);
    List<String> uploaded =
        new ArrayList<>(plan.jars().stream().map(jar -> upload(jar, folder)).toList());
    try {
      Path temporary = Files.createTempDirectory("lakebeam-deploy");
      Path file = temporary.resolve(plan.projectJar());
      try {
        ProjectJar project = ProjectJar.write(plan.project(), file);
        uploaded.add(upload(file, folder));
        return new Libraries(project.pipelineFile(), uploaded);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the jar of the pipeline's files", e);
    }
  }

  private String upload(Path file, String folder) {
    JarFile jar = new JarFile(file);
    String path = folder + "/" + jar.name();
    if (workspace.hasFile(path, jar.size())) {
      steps.accept("the jar " + path + " is there already");
    } else {
      workspace.upload(file, path);
      steps.accept("uploaded " + path);
    }
    return path;
  }

  /** Starts a run and waits for its end, however long that takes. */
  public void run(long job) {
    end(await(workspace.runNow(job), running -> {}));
  }

  /** Looks at a run until it has ended, which it then has. */
  private Run await(long id, Consumer<Run> look) {
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
        return run;
      }
      look.accept(run);
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
        ErrorCode.DEPLOY_FAILED,
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
}
