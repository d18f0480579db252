package io.lakebeam.spec.yaml;

import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.secret.Expansions;
import io.lakebeam.spec.secret.References;
import io.lakebeam.spec.secret.References.Reference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * Replaces {@code ${NAME}} by a parameter or, when there is none of that name, by the environment's
 * value.
 *
 * @param environment answers null for what is not set
 * @param expansions remembers what the environment has answered, and where it went
 */
public record Substitution(
    Map<String, String> parameters, UnaryOperator<String> environment, Expansions expansions) {

  /** The text with every reference replaced; what cannot be replaced stays as it is. */
  public String quietly(String text) {
    return References.replace(
        text,
        reference ->
            value(reference)
                .filter(Substitution::isOneLine)
                .orElseGet(() -> source(text, reference)));
  }

  /** True when every reference of the text has a value. */
  boolean replacesAll(String text) {
    return References.in(text).stream()
        .allMatch(reference -> value(reference).filter(Substitution::isOneLine).isPresent());
  }

  /**
   * The text as {@link #quietly} gives it, telling what cannot be replaced.
   *
   * @param place of an offset of the text
   */
  public String telling(String text, IntFunction<SourceLocation> place, Problems problems) {
    List<Reference> references = References.in(text);
    for (Reference reference : references) {
      if (problems.isFull()) {
        break; // a place takes its time in a long text
      }
      check(reference, source(text, reference), place, problems);
    }
    if (!references.isEmpty()) {
      SourceLocation from = place.apply(0);
      int to = place.apply(text.length()).line();
      references.stream()
          .flatMap(reference -> reference.name().stream())
          .distinct()
          .flatMap(name -> Optional.ofNullable(value(name)).stream())
          .forEach(value -> expansions.putInto(from.file(), from.line(), to, value));
    }
    return quietly(text);
  }

  private void check(
      Reference reference, String source, IntFunction<SourceLocation> place, Problems problems) {
    Optional<String> value = value(reference);
    if (reference.name().isPresent() && value.filter(Substitution::isOneLine).isPresent()) {
      return; // before its place is counted, which takes its time
    }
    SourceLocation at = place.apply(reference.offset());
    if (reference.name().isEmpty()) {
      problems.add(
          at,
          "what follows ${ is not a name closed by }",
          "${NAME} and ${NAME:-default} are replaced by a parameter or the environment",
          "write ${NAME}, or $${ for a ${ that is meant as it stands");
      return;
    }
    if (value.isEmpty()) {
      String name = reference.name().get();
      problems.add(
          at,
          source + " is not set",
          "there is neither a parameter nor an environment variable " + name,
          NearestName.question(name, parameters.keySet())
              + (name.indexOf('.') < 0 ? "export " + name + "=..., add it to parameters, " : "")
              + "add --set "
              + name
              + "=... to the command, or write ${"
              + name
              + ":-default}");
    } else if (!isOneLine(value.get())) {
      problems.add(
          at,
          "the value of " + source + " holds a line break",
          "a replaced value must not move the lines of the file it stands in",
          "set it to a single line");
    }
  }

  private Optional<String> value(Reference reference) {
    return reference.name().map(this::value).or(reference::otherwise);
  }

  /** Null when it is not set. */
  private String value(String name) {
    if (parameters.containsKey(name)) {
      return parameters.get(name);
    }
    String value = environment.apply(name);
    if (value != null) {
      expansions.expanded(name, value);
    }
    return value;
  }

  private static boolean isOneLine(String value) {
    return value.indexOf('\n') < 0 && value.indexOf('\r') < 0;
  }

  private static String source(String text, Reference reference) {
    return text.substring(reference.offset(), reference.offset() + reference.length());
  }
}
