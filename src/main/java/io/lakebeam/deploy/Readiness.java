package io.lakebeam.deploy;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.DatabricksProfile;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.Secrets;
import io.lakebeam.spec.SourceSpec;
import java.util.ArrayList;
import java.util.List;

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
    for (Secrets.Needed needed : Secrets.needed(pipeline)) {
      if (!profile.secrets().containsKey(needed.name())
          && !profile.variables().containsKey(needed.name())) {
        problems.add(
            new Problem(
                needed.at(),
                "the job would not have ${" + needed.name() + "}",
                needed.setting() + " refers to it, and the profile does not name it",
                "add secrets: {" + needed.name() + ": SCOPE/KEY} to the profile"));
      }
    }
    if (!problems.isEmpty()) {
      throw new PipelineException(problems);
    }
  }
}
