package io.lakebeam.epoch;

import io.lakebeam.delta.DataFile;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.source.BadFile;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * What an epoch puts into a dataset: into its table and its quarantine. Durable before either is
 * committed, so that both come from one attempt, whatever changes between that attempt and the
 * next.
 *
 * @param basis what the rows were computed of, beside the plan; another basis makes a decision
 *     void. Empty where there is nothing but the plan
 * @param files of the table
 * @param quarantineFiles of the table's quarantine
 * @param counted the rows by verdict; its outcome and version mean nothing
 * @param setAside files that the quarantine has in place of their rows
 * @param logFiles of the quarantine log: what became of refused rows that the dataset took again
 */
public record Decision(
    String basis,
    List<DataFile> files,
    List<DataFile> quarantineFiles,
    DatasetResult counted,
    List<BadFile> setAside,
    List<DataFile> logFiles)
    implements Serializable {
  public Decision {
    Objects.requireNonNull(basis, "basis");
    Objects.requireNonNull(counted, "counted");
    files = List.copyOf(files);
    quarantineFiles = List.copyOf(quarantineFiles);
    setAside = List.copyOf(setAside);
    logFiles = List.copyOf(logFiles);
  }

  /** That takes no refused row again. */
  public Decision(
      String basis,
      List<DataFile> files,
      List<DataFile> quarantineFiles,
      DatasetResult counted,
      List<BadFile> setAside) {
    this(basis, files, quarantineFiles, counted, setAside, List.of());
  }

  /** The dataset's name. */
  public String dataset() {
    return counted.dataset();
  }
}
