package io.lakebeam.epoch;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/** A pipeline was asked for by a name that it had before. */
public final class PipelineRenamedException extends ExplainedException {
  PipelineRenamedException(String name, String now) {
    super(
        Problem.of(
            ErrorCode.PIPELINE_RENAMED,
            "pipeline " + name + " is called " + now + " now",
            "lakebeam adopt has given its tables and its progress in this lake to that name",
            "write pipeline: "
                + now
                + " in its file; or give it any other name there, and run lakebeam adopt with"
                + " --from "
                + now));
  }
}
