package io.lakebeam.cli.rows;

import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.Input;
import io.lakebeam.spec.dlt.SqlScript;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Asks for statements, and runs each when it is complete. What fails is told; then it goes on. */
final class SqlPrompt {
  private static final String FIRST = "lakebeam> ";
  private static final String FURTHER = "       -> ";

  /** What is typed without a semicolon, and on one line. */
  private static final Set<String> WORDS = Set.of("exit", "quit", "help", "tables");

  private final Console console;
  private final Input input;
  private final SqlSession session;
  private final Consumer<Exception> failures;

  /**
   * @param failures told of each
   */
  SqlPrompt(Console console, Input input, SqlSession session, Consumer<Exception> failures) {
    this.console = console;
    this.input = input;
    this.session = session;
    this.failures = failures;
  }

  /**
   * Goes on until somebody leaves, or the input ends.
   *
   * @param greeting said before
   */
  void run(String greeting) {
    console.say(greeting);
    String typed = "";
    while (true) {
      console.prompt(typed.isEmpty() ? FIRST : FURTHER);
      Optional<String> line = input.line();
      if (line.isEmpty()) {
        console.say("");
        return;
      }
      String word = typed.isEmpty() ? word(line.get()) : "";
      if (word.equals("exit") || word.equals("quit")) {
        return;
      }
      typed = word.isEmpty() ? rest(typed + line.get() + "\n") : "";
      if (word.equals("help")) {
        help();
      } else if (word.equals("tables")) {
        guarded(session::showTables);
      }
    }
  }

  /** The word that a line is, or nothing. */
  private static String word(String line) {
    String word = line.strip().replaceAll("\\s*;$", "").toLowerCase(Locale.ROOT);
    return WORDS.contains(word) ? word : "";
  }

  /**
   * Runs the statements of a text when the last one is complete.
   *
   * @return what is to go on; empty when all is done
   */
  private String rest(String typed) {
    SqlScript script = SqlScript.of(RefusedStatementException.PROMPT, typed);
    boolean isOneLine = typed.indexOf('\n') == typed.length() - 1;
    boolean isDescribe =
        isOneLine
            && script.statements().size() == 1
            && script.statements().get(0).words().get(0).matches("(?i)desc(ribe)?");
    if (script.unclosed().isPresent() || !script.isEnded() && !isDescribe) {
      return typed;
    }
    guarded(() -> script.statements().forEach(session::run));
    return "";
  }

  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      failures.accept(e);
    }
  }

  private void help() {
    console.say(
        """
        SELECT ...;      a query over the pipeline's tables, in the SQL of its views; over several
                         lines, until a ; ends it
        tables           what can be read
        describe TABLE   its columns
        exit             leaves, as Ctrl-D does
        Columns that begin with _ are no part of *, but of quarantines; name them to see them."""
            .stripTrailing());
  }
}
