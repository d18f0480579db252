package io.lakebeam.cli.console;

import io.lakebeam.graph.VisibleText;
import io.lakebeam.spec.secret.KnownSecrets;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a command runs and what it prints to: data to {@link #out}, words for the person who typed
 * it to {@link #err}. Thread-safe: lines of several threads do not mix.
 *
 * @param columns width of the terminal; empty when the output is none
 * @param workingDirectory absolute; what relative paths start at
 * @param home Lakebeam's own folder, with the pipelines shipped with it
 * @param environment answers null for what is not set
 */
public record Console(
    PrintStream out,
    PrintStream err,
    OptionalInt columns,
    boolean colour,
    Path workingDirectory,
    Path home,
    UnaryOperator<String> environment) {
  private static final String RED = "\u001b[31m";
  private static final String YELLOW = "\u001b[33m";
  private static final String GREEN = "\u001b[32m";
  private static final String PLAIN = "\u001b[0m";
  private static final Pattern PAINTED = Pattern.compile("\u001b\\[(?:31|32|33|0)m");

  /** That of this process. The launcher says what only a shell can see. */
  public static Console ofProcess() {
    OptionalInt columns = OptionalInt.empty();
    Integer told = Integer.getInteger("lakebeam.terminal.columns");
    if (told != null && told > 0) {
      columns = OptionalInt.of(told);
    }
    String noColour = System.getenv("NO_COLOR");
    boolean colour =
        columns.isPresent()
            && (noColour == null || noColour.isEmpty())
            && !"dumb".equals(System.getenv("TERM"));
    Path workingDirectory = Path.of("").toAbsolutePath();
    String home = System.getProperty("lakebeam.home");
    return new Console(
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        columns,
        colour,
        workingDirectory,
        home == null ? workingDirectory : Path.of(home),
        System::getenv);
  }

  /** UTF-8 whatever the locale says: so are the data. */
  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** A line of what the command was asked for, or several; without known secrets. */
  public void line(String text) {
    out.println(visible(KnownSecrets.masked(text)));
  }

  /** A line of rows of a table, or several, as they are stored: a table holds what it holds. */
  public void rows(String text) {
    out.println(visible(text));
  }

  /** A line for the person at the terminal, or several. */
  public void say(String text) {
    err.println(visible(KnownSecrets.masked(text)));
  }

  /** Asks the person at the terminal for a line. */
  public void prompt(String text) {
    err.print(text);
    err.flush();
  }

  /** Something that did not stop the command, in one line. */
  public void warning(String text) {
    err.println(paint(YELLOW, "warning:") + " " + VisibleText.line(KnownSecrets.masked(text)));
  }

  /** Why the command has failed; further lines are indented, so that none is taken for ours. */
  public void error(String text) {
    String shown = VisibleText.lines(KnownSecrets.masked(text)).replaceAll("\n(?=\\S)", "\n  ");
    err.println(paint(RED, "error:") + " " + shown);
  }

  public String good(String text) {
    return paint(GREEN, text);
  }

  public String bad(String text) {
    return paint(RED, text);
  }

  /**
   * Everything that is printed comes through here, whoever wrote it. The colours that this console
   * gives stay; data that holds one of them is coloured, and that is all it can do.
   */
  private String visible(String text) {
    if (!colour) {
      return VisibleText.lines(text);
    }
    StringBuilder visible = new StringBuilder();
    Matcher painted = PAINTED.matcher(text);
    int from = 0;
    while (painted.find()) {
      visible.append(VisibleText.lines(text.substring(from, painted.start())));
      visible.append(painted.group());
      from = painted.end();
    }
    return visible.append(VisibleText.lines(text.substring(from))).toString();
  }

  private String paint(String code, String text) {
    return colour ? code + text + PLAIN : text;
  }

  /** A path as typed, from the working directory. */
  public Path resolve(String path) {
    return workingDirectory.resolve(path).normalize();
  }
}
