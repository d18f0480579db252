package io.lakebeam.spec.dlt;

import io.lakebeam.graph.Problem;

/** Takes what there is to say of files while they are read. */
public interface Findings {
  /** Nobody listens. */
  Findings SILENT =
      new Findings() {
        @Override
        public void problem(Problem problem) {}

        @Override
        public void note(Problem note) {}
      };

  /** What keeps a pipeline from running. */
  void problem(Problem problem);

  /** What means something else here than its author may think, and keeps nothing from running. */
  void note(Problem note);
}
