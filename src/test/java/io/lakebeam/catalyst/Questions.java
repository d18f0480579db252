package io.lakebeam.catalyst;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Expressions drawn from a seed: calls that Spark documents with other arguments in place of their
 * literals, every function over columns of any type, operators and casts of everything to
 * everything. Most have a value, many an error.
 */
final class Questions {
  /**
   * An expression over a row of the samples.
   *
   * @param expression of Spark's SQL, over the columns of {@link SampleTable}
   * @param row which of its rows
   * @param isGenerator true when it makes rows
   */
  record Question(String expression, int row, boolean isGenerator) {
    /** A query of one column, {@code a}. */
    String sql(String relation) {
      return isGenerator
          ? "SELECT struct(*) AS a FROM (SELECT " + expression + " FROM " + relation + ")"
          : "SELECT " + expression + " AS a FROM " + relation;
    }
  }

  private static final int SEEDS_A_GENERATOR = 20;

  /** What answers differently each time, belongs to a session, or is no value of one row. */
  private static final Pattern NOT_ASKED =
      Pattern.compile(
          "(?i).*\\b(FROM|OVER|rand|randn|random|randstr|uniform|uuid|shuffle|now|curdate|user"
              + "|localtimestamp|unix_timestamp|monotonically_increasing_id|spark_partition_id"
              + "|aes_encrypt|reflect|java_method|try_reflect|version|measure|stack|inline\\w*"
              + "|explode\\w*|posexplode\\w*|json_tuple|variant_explode\\w*|session_user|sql_keywords"
              + "|current_\\w+|input_file_\\w+|range|collations|python_worker_logs|collate|\\w*avro"
              + "|\\w*protobuf|window|session_window|window_time|typeof|file_\\w+)\\b.*",
          Pattern.DOTALL);

  private static final Pattern LITERAL =
      Pattern.compile("'(?:[^'\\\\]|\\\\.)*'|(?<![\\w.'])\\d+(?:[.]\\d+)?(?![\\w.'])");
  private static final Pattern TEXT_THAT_STAYS =
      Pattern.compile(
          "(?i).*(INTERVAL|TIMESTAMP|DATE|TIME|TIMESTAMP_NTZ|TIMESTAMP_LTZ|X|r)\\s*$",
          Pattern.DOTALL);
  private static final List<String> GENERATORS =
      List.of(
          "explode",
          "explode_outer",
          "posexplode",
          "posexplode_outer",
          "inline",
          "inline_outer",
          "stack",
          "json_tuple");
  private static final List<String> OPERATORS =
      List.of(
          "+",
          "-",
          "*",
          "/",
          "%",
          "div",
          "=",
          "<=>",
          "<>",
          "<",
          ">=",
          "AND",
          "OR",
          "||",
          "&",
          "|",
          "^",
          "LIKE",
          "RLIKE",
          "<<",
          ">>",
          "IS DISTINCT FROM");

  private final Map<String, String> columns = SampleTable.columns();
  private final List<String> types = List.copyOf(columns.keySet());
  private final List<String> calls;
  private final List<String> functions;

  /**
   * Draws from these.
   *
   * @param calls documented ones, without SELECT
   * @param functions names of all functions
   */
  Questions(Set<String> calls, Set<String> functions) {
    Predicate<String> isAsked = text -> !NOT_ASKED.matcher(text).matches();
    this.calls = calls.stream().filter(isAsked).sorted().toList();
    this.functions =
        new TreeSet<>(functions)
            .stream().filter(name -> name.matches("\\w+")).filter(isAsked).toList();
  }

  /** The same for the same seed. */
  Question of(long seed) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    int row = random.nextInt(SampleTable.ROWS);
    if (seed % SEEDS_A_GENERATOR == 0) {
      return new Question(generator(random).replaceAll("\\s+", " "), row, true);
    }
    String expression =
        switch (random.nextInt(10)) {
          case 0 -> "CAST(%s AS %s)".formatted(any(random), drawn(types, random));
          case 1 -> "(%s %s %s)".formatted(any(random), drawn(OPERATORS, random), any(random));
          case 2 -> call(random);
          default -> changed(drawn(calls, random), random, 1);
        };
    return new Question(expression.replaceAll("\\s+", " "), row, false);
  }

  private String generator(Random random) {
    String name = drawn(GENERATORS, random);
    return switch (name) {
      case "json_tuple" -> "json_tuple(" + of("STRING", random) + ", 'a', 'b')";
      case "stack" -> {
        String type = drawn(types, random);
        List<String> values = new ArrayList<>();
        IntStream.range(0, 1 + random.nextInt(5)).forEach(i -> values.add(of(type, random)));
        yield "stack(" + (1 + random.nextInt(3)) + ", " + String.join(", ", values) + ")";
      }
      default -> name + "(" + collection(random) + ")";
    };
  }

  private String collection(Random random) {
    List<String> collections = types.stream().filter(t -> t.matches("(ARRAY|MAP)<.*")).toList();
    return switch (random.nextInt(8)) {
      case 0 -> any(random);
      case 1, 2 -> changed(drawn(calls, random), random, 1);
      default -> of(drawn(collections, random), random);
    };
  }

  private String call(Random random) {
    int arguments = 1 + random.nextInt(3);
    List<String> values = new ArrayList<>();
    IntStream.range(0, arguments).forEach(i -> values.add(any(random)));
    return drawn(functions, random) + "(" + String.join(", ", values) + ")";
  }

  /** A documented call with other values in place of some of its literals. */
  private String changed(String call, Random random, int depth) {
    Matcher literals = LITERAL.matcher(call);
    StringBuilder text = new StringBuilder();
    while (literals.find()) {
      String before = call.substring(0, literals.start());
      boolean stays = random.nextInt(3) == 0 || TEXT_THAT_STAYS.matcher(before).matches();
      String value = literals.group();
      if (!stays) {
        value = depth > 0 && random.nextInt(8) == 0 ? nested(random, depth) : alike(value, random);
      }
      literals.appendReplacement(text, Matcher.quoteReplacement(value));
    }
    return literals.appendTail(text).toString();
  }

  private String nested(Random random, int depth) {
    return "(" + changed(drawn(calls, random), random, depth - 1) + ")";
  }

  private String alike(String literal, Random random) {
    if (random.nextInt(6) == 0) {
      return any(random);
    }
    if (literal.startsWith("'")) {
      return of("STRING", random);
    }
    List<String> numbers =
        literal.contains(".")
            ? List.of("DECIMAL(10,2)", "DOUBLE", "DECIMAL(38,18)", "FLOAT")
            : List.of("INT", "INT", "BIGINT", "SMALLINT", "TINYINT", "DECIMAL(38,0)");
    return of(drawn(numbers, random), random);
  }

  private String any(Random random) {
    return of(drawn(types, random), random);
  }

  private String of(String type, Random random) {
    return random.nextBoolean() ? columns.get(type) : drawn(SampleTable.values(type), random);
  }

  private static String drawn(List<String> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }
}
