import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A library of Maven's; ordered by its names. */
record Library(String group, String name, String version) implements Comparable<Library> {
  private static final Pattern JAR = Pattern.compile("(.+)[.]([A-Za-z].*?)-([0-9].*)[.]jar");

  /** Of a jar called {@code group.name-version.jar}; names have no point before a letter. */
  static Library of(Path jar) {
    Matcher parts = JAR.matcher(jar.getFileName().toString());
    if (!parts.matches()) {
      throw new IllegalArgumentException("not called group.name-version.jar: " + jar);
    }
    return new Library(parts.group(1), parts.group(2), parts.group(3));
  }

  /** Of what {@link #toString} says. */
  static Library of(String text) {
    String[] parts = text.split(":");
    return new Library(parts[0], parts[1], parts[2]);
  }

  boolean isNamedLike(Library other) {
    return group.equals(other.group) && name.equals(other.name);
  }

  @Override
  public int compareTo(Library other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return group + ":" + name + ":" + version;
  }
}
