import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.Remapper;

/**
 * Moves names below {@code io.lakebeam.shaded}: those of types, and those within texts, as Catalyst
 * writes Java with them.
 */
final class Names extends Remapper {
  static final String SHADED = "io/lakebeam/shaded/";

  private static final String SPARK = "org/apache/spark/";
  private static final Pattern NAME =
      Pattern.compile("(?<![\\w.$/-])[A-Za-z_][\\w$]*([./][A-Za-z_$][\\w$]*)+");

  private final Set<String> types;
  private final Set<String> resources;
  private final Pattern packages;

  /**
   * Names of types and resources that are moved; all others stay.
   *
   * @param types with slashes
   * @param resources by their full names
   */
  Names(Set<String> types, Set<String> resources) {
    super(Opcodes.ASM9);
    this.types = types;
    this.resources = resources;
    this.packages =
        Pattern.compile(
            types.stream()
                .map(Names::libraryOf)
                .distinct()
                .flatMap(name -> Stream.of(name, name.replace('/', '.')))
                .map(Pattern::quote)
                .collect(Collectors.joining("|", "(?<![\\w.$/-])(", ")(?=[A-Za-z]|$)")));
  }

  /** Names within one class, where some types are exchanged for others. */
  Remapper within(String type, List<Rules.Exchange> exchanges) {
    List<Rules.Exchange> here =
        exchanges.stream().filter(exchange -> type.startsWith(exchange.within())).toList();
    return here.isEmpty() ? this : new Exchanging(here);
  }

  private final class Exchanging extends Remapper {
    private final List<Rules.Exchange> exchanges;

    Exchanging(List<Rules.Exchange> exchanges) {
      super(Opcodes.ASM9);
      this.exchanges = exchanges;
    }

    @Override
    public String map(String name) {
      return exchanges.stream()
          .filter(exchange -> exchange.type().equals(name))
          .findFirst()
          .map(Rules.Exchange::other)
          .orElseGet(() -> Names.this.map(name));
    }

    @Override
    public Object mapValue(Object value) {
      if (!(value instanceof String)) {
        return super.mapValue(value);
      }
      String text = (String) Names.this.mapValue(value);
      for (Rules.Exchange exchange : exchanges) {
        text =
            text.replaceAll(
                Pattern.quote(exchange.type().replace('/', '.')) + "\\b",
                exchange.other().replace('/', '.'));
      }
      return text;
    }
  }

  @Override
  public String map(String name) {
    return types.contains(name) ? moved(name) : name;
  }

  @Override
  public Object mapValue(Object value) {
    return value instanceof String text ? inText(text) : super.mapValue(value);
  }

  /** The new name of a type or a resource, with slashes. */
  static String moved(String name) {
    if (name.startsWith(SPARK)) {
      return SHADED + "spark/" + name.substring(SPARK.length());
    }
    return SHADED + (name.startsWith("scala/") ? "" : "spark/libraries/") + name;
  }

  private String inText(String text) {
    String slash = text.startsWith("/") ? "/" : "";
    if (resources.contains(text.substring(slash.length()))) {
      return slash + moved(text.substring(slash.length()));
    }
    return packages.matcher(text).replaceAll(Names::moved);
  }

  private static String moved(MatchResult found) {
    String name = found.group();
    boolean isDotted = name.indexOf('.') >= 0;
    String moved = moved(name.replace('.', '/'));
    return Matcher.quoteReplacement(isDotted ? moved.replace('/', '.') : moved);
  }

  private static String libraryOf(String type) {
    if (type.startsWith(SPARK) || type.startsWith("scala/")) {
      return type.startsWith(SPARK) ? SPARK : "scala/";
    }
    int depth = type.startsWith("org/apache/") ? 4 : 3;
    String[] parts = type.split("/");
    return Stream.of(parts)
        .limit(Math.min(parts.length - 1, depth))
        .collect(Collectors.joining("/", "", "/"));
  }

  /**
   * Types that a text names, alone or within code, where members may follow: {@code
   * scala.util.control.NonFatal.apply(e)}.
   */
  static Set<String> within(String text, Predicate<String> isType) {
    Set<String> found = new LinkedHashSet<>();
    Matcher names = NAME.matcher(text);
    while (names.find()) {
      String name = names.group().replace('.', '/');
      while (name.indexOf('/') > 0 && !isType.test(name)) {
        name = name.substring(0, name.lastIndexOf('/'));
      }
      if (isType.test(name)) {
        found.add(name);
      }
    }
    return found;
  }
}
