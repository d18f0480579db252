package io.lakebeam.source.file;

import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.spec.SourceSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files that were planned or passed over, asked whether one of a listing is among them.
 *
 * <p>Ledgers of older versions name files by their whole paths. Such a path that does not lead into
 * the project as it stands now may come from where the project stood before it was moved: a file of
 * the same length and time whose name it ends with is taken for that file.
 */
final class KnownFiles {
  private final Map<String, FileIdentity> lastByName = new HashMap<>();
  private final Set<FileIdentity> known = new HashSet<>();
  private final Map<Content, List<String>> elsewhere = new HashMap<>();

  KnownFiles(SourceSpec.Files files, Iterable<FileIdentity> seen) {
    for (FileIdentity each : seen) {
      String name = files.name(each.path());
      FileIdentity here = new FileIdentity(name, each.length(), each.modifiedAt());
      known.add(here);
      lastByName.put(name, here);
      if (files.path(name).equals(name)) {
        elsewhere.computeIfAbsent(Content.of(each), c -> new ArrayList<>()).add(name);
      }
    }
  }

  /** What of a file a move leaves as it is. */
  private record Content(long length, long modifiedAt) {
    static Content of(FileIdentity file) {
      return new Content(file.length(), file.modifiedAt());
    }
  }

  /** How a file of a listing is known. */
  sealed interface Answer {
    /** Nothing of that name was planned. */
    record New() implements Answer {}

    /** It was planned as it is. */
    record Planned() implements Answer {}

    /** A file of that name and length was planned, with another time: copied, or overwritten. */
    record OtherTime() implements Answer {}

    /**
     * A file of that name was planned, of another length.
     *
     * @param then as it was
     */
    record Overwritten(FileIdentity then) implements Answer {}
  }

  Answer ask(FileIdentity file) {
    if (known.contains(file) || isKnownElsewhere(file)) {
      return new Answer.Planned();
    }
    FileIdentity then = lastByName.get(file.path());
    if (then == null) {
      return new Answer.New();
    }
    return then.length() == file.length() ? new Answer.OtherTime() : new Answer.Overwritten(then);
  }

  private boolean isKnownElsewhere(FileIdentity file) {
    return elsewhere.getOrDefault(Content.of(file), List.of()).stream()
        .anyMatch(whole -> whole.endsWith("/" + file.path()));
  }
}
