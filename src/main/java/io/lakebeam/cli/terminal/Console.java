package io.lakebeam.cli.terminal;

import io.lakebeam.graph.VisibleText;
import io.lakebeam.spec.secret.KnownSecrets;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
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
 * @param statusLine of the terminal that {@link #err} is; empty when it is none
 */
public record Console(
    PrintStream out,
    PrintStream err,
    OptionalInt columns,
    boolean colour,
    Path workingDirectory,
    Path home,
    UnaryOperator<String> environment,
    Optional<StatusLine> statusLine) {
  private static final String RED = "\u001b[31m";
  private static final String YELLOW = "\u001b[33m";
  private static final String GREEN = "\u001b[32m";
  private static final String PLAIN = "\u001b[0m";
  private static final Pattern PAINTED = Pattern.compile("\u001b\\[(?:31|32|33|0)m");

  /** One without a terminal to write progress to. */
  public Console(
      PrintStream out,
      PrintStream err,
      OptionalInt columns,
      boolean colour,
      Path workingDirectory,
      Path home,
      UnaryOperator<String> environment) {
    this(out, err, columns, colour, workingDirectory, home, environment, Optional.empty());
  }

  /** That of this process. The launcher says what only a shell can see. */
  public static Console ofProcess() {
    OptionalInt columns = OptionalInt.empty();
    Integer told = Integer.getInteger("lakebeam.terminal.columns");
    if (told != null && told > 0) {
      columns = OptionalInt.of(told);
    }
    String noColour = System.getenv("NO_COLOR");
    boolean isDumb = "dumb".equals(System.getenv("TERM"));
    boolean colour = columns.isPresent() && (noColour == null || noColour.isEmpty()) && !isDumb;
    Integer ofErrors = Integer.getInteger("lakebeam.terminal.errors.columns");
    Optional<StatusLine> statusLine =
        ofErrors == null || ofErrors <= 0 || isDumb
            ? Optional.empty()
            : Optional.of(new StatusLine(new FileOutputStream(FileDescriptor.err), ofErrors));
    Path workingDirectory = Path.of("").toAbsolutePath();
    String home = System.getProperty("lakebeam.home");
    return new Console(
        utf8(FileDescriptor.out, statusLine),
        utf8(FileDescriptor.err, statusLine),
        columns,
        colour,
        workingDirectory,
        home == null ? workingDirectory : Path.of(home),
        System::getenv,
        statusLine);
  }

  /** UTF-8 whatever the locale says: so are the data. */
  private static PrintStream utf8(FileDescriptor descriptor, Optional<StatusLine> statusLine) {
    OutputStream stream = new FileOutputStream(descriptor);
    return new PrintStream(
        statusLine.map(line -> line.above(stream)).orElse(stream), true, StandardCharsets.UTF_8);
  }

  /** True when there is a line that can be written anew. */
  boolean hasStatus() {
    return statusLine.isPresent();
  }

  /** What is under way, in place of what this has said before; nothing without a terminal. */
  void status(String text) {
    statusLine.ifPresent(line -> line.show(VisibleText.line(KnownSecrets.masked(text))));
  }

  /** Takes away what {@link #status} has said. */
  void clearStatus() {
    statusLine.ifPresent(StatusLine::clear);
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
