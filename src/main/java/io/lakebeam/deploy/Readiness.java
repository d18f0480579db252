package io.lakebeam.deploy;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.DatabricksProfile;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.Secrets;
import io.lakebeam.spec.SourceSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What keeps a pipeline that runs here from running on a cluster. */
public final class Readiness {
  private Readiness() {}

  /**
   * Looks for files of this machine and for secrets that the job would not have.
   *
   * @throws PipelineException with everything found
   */
  public static void check(PipelineSpec pipeline, DatabricksProfile profile) {
    List<Problem> problems = new ArrayList<>();
    if (ProjectFolder.isLocal(pipeline.lake())) {
      problems.add(
          new Problem(
              pipeline.at(),
              "the lake " + pipeline.lake() + " is a folder of one machine",
              "the job's machines are made for a run and gone after it; a volume's folder will not"
                  + " do either, because commits need more of a file system than it has",
              "give the lake a URI such as abfss://lake@account.dfs.core.windows.net/"
                  + pipeline.name()
                  + ", for example as LAKE under variables of the profile"));
    }
    for (SourceSpec source : pipeline.sources()) {
      if (!source.reference()
          && source.connection() instanceof SourceSpec.Files files
          && ProjectFolder.isLocal(files.pattern())
          && !files.pattern().startsWith("/Volumes/")) {
        problems.add(
            new Problem(
                source.at(),
                source.name() + " reads " + files.pattern() + ", which is on this machine",
                "the job's machines do not see it",
                "name a URI or a folder of a volume, for example as LANDING under variables of the"
                    + " profile"));
      }
    }
    Set<String> told = new HashSet<>();
    for (Secrets.Needed looked : Secrets.looked(pipeline)) {
      if (profile.variables().containsKey(looked.name()) && told.add(looked.name())) {
        problems.add(
            new Problem(
                looked.at(),
                looked.name() + " stands under variables of the profile",
                looked.setting()
                    + " refers to it, so it may be a secret, and variables stand in the job's"
                    + " settings, for everybody to read who sees the job",
                "write secrets: {"
                    + looked.name()
                    + ": SCOPE/KEY} in the profile instead, and put the value there with:"
                    + " databricks secrets put-secret SCOPE KEY"));
      }
    }
    for (Secrets.Needed needed : Secrets.needed(pipeline)) {
      if (!profile.secrets().containsKey(needed.name()) && told.add(needed.name())) {
        problems.add(
            new Problem(
                needed.at(),
                "the job would not have ${" + needed.name() + "}",
                needed.setting() + " refers to it, and the profile does not name it",
                "add secrets: {" + needed.name() + ": SCOPE/KEY} to the profile"));
      }
    }
    if (!problems.isEmpty()) {
      throw new PipelineException(pipeline.expansions().hidden(problems));
    }
  }
}
