package io.lakebeam.spec;

import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code quarantine:} of a pipeline, which holds for all of its tables, and of a dataset. */
final class QuarantineSpecReader {
  static final String KEY = "quarantine";

  /** Rows are deleted once an hour. */
  private static final Duration LEAST_KEPT = Duration.ofHours(1);

  private final Problems problems;

  QuarantineSpecReader(Problems problems) {
    this.problems = problems;
  }

  /**
   * What is said.
   *
   * @param otherwise holds for what is not said; what it masks is masked in any case
   */
  QuarantineSpec read(Optional<YamlNode> node, QuarantineSpec otherwise) {
    return new QuarantineSpec(
        node.flatMap(each -> Reading.scalar(each, "keep")).map(this::keep).orElse(otherwise.keep()),
        Stream.concat(
                otherwise.masks().stream(),
                node.flatMap(each -> each.get("mask")).stream()
                    .flatMap(list -> masks(list).stream()))
            .toList());
  }

  private List<QuarantineSpec.Mask> masks(YamlNode list) {
    NameCheck names = new NameCheck(problems);
    List<QuarantineSpec.Mask> masks = new ArrayList<>();
    for (YamlNode each : Reading.items(Optional.of(list))) {
      Reading.scalar(each)
          .filter(column -> !column.isUnresolved())
          .ifPresent(
              column -> {
                names.onlyOnce("column", column.text(), column.at());
                masks.add(new QuarantineSpec.Mask(column.text(), column.at()));
              });
    }
    return masks;
  }

  private Optional<Duration> keep(YamlNode.Scalar said) {
    if (said.text().equals("forever")) {
      return Optional.empty();
    }
    Optional<Duration> keep = DurationText.parse(said.text());
    // Of other units the shape check tells.
    boolean isUnit = said.text().endsWith("h") || said.text().endsWith("d");
    if (isUnit && keep.filter(time -> time.compareTo(LEAST_KEPT) < 0).isPresent()) {
      problems.add(
          said.at(),
          "refused rows cannot be kept for " + said.text(),
          "they are deleted once an hour, so an hour is the least",
          "write for example keep: 90d");
      return Optional.empty();
    }
    return keep;
  }
}
