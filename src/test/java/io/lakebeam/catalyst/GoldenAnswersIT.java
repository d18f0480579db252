package io.lakebeam.catalyst;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.catalyst.Questions.Question;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The engine answers as the real Spark of its version does: drawn expressions over rows of
 * extremes, the same value of the same type, or an error of the same condition.
 *
 * <p>{@code -Dlakebeam.golden.questions=N -Dlakebeam.golden.seed=N} asks more, or others.
 */
class GoldenAnswersIT {
  private static final int QUESTIONS = Integer.getInteger("lakebeam.golden.questions", 2_000);
  private static final long SEED = Long.getLong("lakebeam.golden.seed", 1);

  @TempDir private Path folder;

  @Test
  void answersAsSparkDoes() throws IOException {
    Map<Pattern, String> reasons = reasons();
    Questions questions =
        new Questions(
            Documented.examples().keySet().stream()
                .map(sql -> sql.replaceFirst("SELECT\\s+", ""))
                .collect(Collectors.toSet()),
            Documented.functions());
    List<Question> asked =
        LongStream.range(SEED, SEED + QUESTIONS).mapToObj(questions::of).toList();
    List<String> wanted;
    List<String> found;
    try (RealSpark spark = new RealSpark(folder)) {
      CompletableFuture<List<String>> answers =
          CompletableFuture.supplyAsync(() -> answers(spark, asked));
      found = answers(new QueryAnswers(), asked);
      wanted = answers.join();
    }
    CatalystAnswers both = new CatalystAnswers();
    List<String> differences = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < asked.size(); i++) {
      String difference =
          asked.get(i) + "\n  Spark  " + wanted.get(i) + "\n  engine " + found.get(i);
      if (found.get(i).startsWith(QueryAnswers.REFUSED)) {
        refused++;
      } else if (!isSame(wanted.get(i), found.get(i))
          && !isOneOfTwo(wanted.get(i), both, asked.get(i))
          && reasons.keySet().stream().noneMatch(each -> each.matcher(difference).find())) {
        differences.add(difference);
      }
    }
    long values = wanted.stream().filter(answer -> !answer.startsWith("!")).count();
    assertTrue(values > QUESTIONS / 4, "questions that have a value: " + values);
    assertTrue(refused < QUESTIONS / 20, "questions that are refused: " + refused);
    assertEquals("", String.join("\n", differences));
  }

  private static List<String> answers(Answers answers, List<Question> asked) {
    return asked.stream().map(answers::answer).toList();
  }

  /**
   * A constant that cannot be computed is refused, also where Spark would not come to it because
   * another argument is NULL, or fails first.
   */
  private static boolean isSame(String wanted, String found) {
    String error = found.replace(QueryAnswers.FORESEEN, "");
    boolean isForeseen = !error.equals(found);
    return wanted.equals(error)
        || isForeseen && (wanted.endsWith(" null") || wanted.startsWith("!"));
  }

  /** Where Spark's two ways, interpreted and generated, differ, a session takes either. */
  private static boolean isOneOfTwo(String wanted, CatalystAnswers both, Question asked) {
    String[] ways = both.answer(asked).split(Pattern.quote(CatalystAnswers.BUT));
    return ways.length == 2 && List.of(ways).contains(wanted);
  }

  private static Map<Pattern, String> reasons() throws IOException {
    Map<Pattern, String> reasons = new LinkedHashMap<>();
    try (InputStream in = GoldenAnswersIT.class.getResourceAsStream("not-as-spark.txt")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split("\\s{2,}", 2))
          .forEach(line -> reasons.put(Pattern.compile(line[0], Pattern.DOTALL), line[1]));
    }
    return reasons;
  }
}
