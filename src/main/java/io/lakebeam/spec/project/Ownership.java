package io.lakebeam.spec.project;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;

/**
 * Who else can change a file: what a user finds by its name alone must be the user's, or the
 * administrator's.
 *
 * @param caller the user that runs this
 * @param administrator the user that could change everything anyway
 */
record Ownership(long caller, long administrator) {
  static Ownership ofThisProcess() {
    return new Ownership(Caller.UID, 0);
  }

  /** Why the first of these paths that others can change is not safe; empty when all are. */
  Optional<String> objection(List<Path> paths) {
    return paths.stream().flatMap(path -> objection(path).stream()).findFirst();
  }

  private Optional<String> objection(Path path) {
    try {
      PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
      if (view == null) {
        return Optional.empty(); // a file system that does not know owners
      }
      PosixFileAttributes attributes = view.readAttributes();
      int owner = (Integer) Files.getAttribute(path, "unix:uid");
      if (owner != caller && owner != administrator) {
        return Optional.of(path + " belongs to another user, " + attributes.owner().getName());
      }
      if (attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
        return Optional.of("every user of this machine can write to " + path);
      }
      // By convention a group of the user's own name has no other members: hence umask 002.
      boolean isPrivate = attributes.group().getName().equals(attributes.owner().getName());
      return attributes.permissions().contains(PosixFilePermission.GROUP_WRITE) && !isPrivate
          ? Optional.of("the group " + attributes.group().getName() + " can write to " + path)
          : Optional.empty();
    } catch (IOException e) {
      return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
          ? Optional.of("it is not known who can write to " + path)
          : Optional.empty();
    }
  }

  /** Asked once, and only where something is found by its name. */
  private static final class Caller {
    static final long UID = new UnixSystem().getUid();
  }
}
