package io.lakebeam.spec.source;

import io.lakebeam.spec.DurationText;
import io.lakebeam.spec.FileRules;
import io.lakebeam.spec.FileRules.AfterRead;
import io.lakebeam.spec.FileRules.BadFiles;
import io.lakebeam.spec.FileRules.ChangedFiles;
import io.lakebeam.spec.Reading;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads how the files of a source are taken. */
final class FileRulesReader {
  static final String BAD_FILES = "bad_files";

  /** Keys of sources of files that land. */
  static final List<String> KEYS =
      List.of(BAD_FILES, "settle", "changed_files", "remember", "after_read");

  /** Less would forget a file between the end of an update and the start of the next. */
  private static final Duration LEAST_REMEMBERED = Duration.ofHours(1);

  private final Reading reading;
  private final Problems problems;

  FileRulesReader(Reading reading) {
    this.reading = reading;
    this.problems = reading.problems();
  }

  FileRules read(YamlNode source, SourceSpec.Files files) {
    Duration settle =
        Reading.text(source, "settle")
            .flatMap(DurationText::parse)
            .orElse(FileRules.settleOf(files.pattern()));
    AfterRead afterRead =
        source.get("after_read").map(node -> afterRead(node, files)).orElse(AfterRead.KEEP);
    // Where files go, the next one of that name is another one.
    ChangedFiles another =
        afterRead.equals(AfterRead.KEEP) ? ChangedFiles.IGNORE : ChangedFiles.READ_AGAIN;
    return new FileRules(
        word(source, BAD_FILES, BadFiles.class, BadFiles.FAIL),
        settle,
        word(source, "changed_files", ChangedFiles.class, another),
        remember(source, settle),
        afterRead);
  }

  private Duration remember(YamlNode source, Duration settle) {
    Optional<YamlNode.Scalar> said = Reading.scalar(source, "remember");
    Optional<Duration> time = said.flatMap(text -> DurationText.parse(text.text()));
    if (time.isEmpty()) {
      return FileRules.FOREVER;
    }
    if (time.get().compareTo(LEAST_REMEMBERED) < 0 || time.get().compareTo(settle) <= 0) {
      problems.add(
          said.get().at(),
          "files cannot be remembered for " + said.get().text(),
          "one that is forgotten before it has settled would never be read, and one hour is the"
              + " least",
          "write for example 90d");
      return FileRules.FOREVER;
    }
    return time.get();
  }

  private AfterRead afterRead(YamlNode node, SourceSpec.Files files) {
    Optional<YamlNode.Scalar> target = Reading.scalar(node, "move");
    if (target.isEmpty()) {
      return Reading.scalar(node).filter(word -> word.text().equals("delete")).isPresent()
          ? AfterRead.DELETE
          : AfterRead.KEEP;
    }
    Optional<String> folder = reading.files().absolute(target.get());
    if (folder.isEmpty()) {
      return AfterRead.KEEP;
    }
    String to = folder.get().replaceFirst("(?<=.)/+$", "");
    if (isRead(to, files.root())) {
      problems.add(
          target.get().at(),
          "files cannot be moved to " + target.get().text(),
          "it is below " + files.root() + ", from where they would be read again",
          "name a folder beside it; or one whose name begins with _, which is passed over");
      return AfterRead.KEEP;
    }
    return AfterRead.moveTo(to);
  }

  private static boolean isRead(String folder, String root) {
    String inside = root.endsWith("/") ? root : root + "/";
    if (!(folder + "/").startsWith(inside)) {
      return false;
    }
    for (String name : (folder + "/").substring(inside.length()).split("/", -1)) {
      if (name.startsWith("_") || name.startsWith(".")) {
        return false;
      }
    }
    return true;
  }

  private static <T extends Enum<T>> T word(YamlNode source, String key, Class<T> of, T otherwise) {
    Optional<String> said = Reading.text(source, key);
    for (T each : of.getEnumConstants()) {
      if (said.filter(each.name().toLowerCase(Locale.ROOT)::equals).isPresent()) {
        return each;
      }
    }
    return otherwise;
  }
}
