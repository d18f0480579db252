package io.lakebeam.spec;

import io.lakebeam.graph.Limits;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.VisibleText;
import io.lakebeam.spec.yaml.Problems;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What JSON Schema cannot say about names: which are taken, and why others are refused. */
final class NameCheck {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final String QUARANTINE = "_quarantine";
  private static final Set<String> TABLES_OF_A_LAKE = Set.of("event_log", "quarantine_log");

  private final Problems problems;
  private final Map<String, SourceLocation> taken = new HashMap<>();

  NameCheck(Problems problems) {
    this.problems = problems;
  }

  /** Checks the name of a source or dataset, and takes it. */
  void tableName(String kind, String name, SourceLocation at) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!NAME.matcher(name).matches()) {
      notAName(kind, name, at);
    } else if (name.startsWith("_")) {
      refuse(kind, name, at, "names that start with _ belong to Lakebeam");
    } else if (lower.endsWith(QUARANTINE)) {
      refuse(kind, name, at, "a table's quarantine is named after it: <table>" + QUARANTINE);
    } else if (TABLES_OF_A_LAKE.contains(lower)) {
      refuse(kind, name, at, "every lake has a table " + lower + " already: the pipeline's own");
    }
    onlyOnce(kind, name, at);
  }

  /** Checks a parameter's, function's or rule's name, and takes it. */
  void plainName(String kind, String name, SourceLocation at) {
    if (!NAME.matcher(name).matches()) {
      notAName(kind, name, at);
    }
    onlyOnce(kind, name, at);
  }

  /** Takes a name of any shape. */
  void onlyOnce(String kind, String name, SourceLocation at) {
    if (name.length() > Limits.NAME_CHARACTERS) {
      problems.add(
          at,
          "this name is too long",
          "names have at most " + Limits.NAME_CHARACTERS + " characters",
          "rename it");
    }
    SourceLocation first = taken.putIfAbsent(name.toLowerCase(Locale.ROOT), at);
    if (first != null && !first.equals(at)) {
      problems.add(
          at,
          "the name " + name + " is taken",
          "it stands at " + first + " already, and names must differ when case is ignored",
          "rename this " + kind + " or the other");
    }
  }

  private void notAName(String kind, String name, SourceLocation at) {
    String suggestion = name.replaceAll("[^A-Za-z0-9_]+", "_").replaceAll("^([0-9])", "n$1");
    boolean useful = suggestion.matches("[A-Za-z][A-Za-z0-9_]*");
    refuse(
        kind,
        name,
        at,
        "names are made of letters, digits and _, and start with a letter",
        useful ? "rename it, for example to " + suggestion : "rename it");
  }

  private void refuse(String kind, String name, SourceLocation at, String cause) {
    refuse(kind, name, at, cause, "rename it");
  }

  private void refuse(String kind, String name, SourceLocation at, String cause, String fix) {
    String start = name.substring(0, Math.min(name.length(), Limits.NAME_CHARACTERS));
    String shown = VisibleText.ofSameLength(start, '\u00b7');
    problems.add(at, "a " + kind + " may not be named " + shown, cause, fix);
  }
}
