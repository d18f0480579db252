package io.lakebeam.catalyst;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.xbean.asm9.ClassReader;
import org.apache.xbean.asm9.ClassWriter;
import org.apache.xbean.asm9.Opcodes;
import org.apache.xbean.asm9.commons.ClassRemapper;
import org.apache.xbean.asm9.commons.Remapper;

/** A session of the real Spark, in a process of its own. */
final class RealSpark implements Answers, AutoCloseable {
  /** What a session has besides, and what the engine is taken from. */
  private static final String JARS = "target/catalyst/session/*:target/catalyst/jars/*";

  private final ProcessBuilder command;
  private final Path log;
  private Process process;
  private boolean isAsked;
  private BufferedWriter questions;
  private BufferedReader answers;

  /**
   * Starts it.
   *
   * @param folder for its classes and what it writes
   */
  RealSpark(Path folder) throws IOException {
    for (Class<?> type : List.of(SparkAnswers.class, SampleTable.class, ValueText.class)) {
      Path file = folder.resolve(type.getName().replace('.', '/') + ".class");
      Files.createDirectories(file.getParent());
      Files.write(file, withNamesOfSpark(type));
    }
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--add-opens") || flag.startsWith("-Duser.timezone"))
            .toList());
    words.addAll(List.of("-Xmx1g", "-XX:TieredStopAtLevel=1", "-cp"));
    words.add(folder + ":" + JARS);
    words.add(SparkAnswers.class.getName());
    words.add(folder.resolve("warehouse").toString());
    this.log = folder.resolve("log.txt");
    this.command =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    start();
  }

  private void start() throws IOException {
    isAsked = false;
    process = command.start();
    questions =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  @Override
  public String answer(Questions.Question question) {
    return ask(question.sql("r" + question.row()));
  }

  /** All of its optimizer's rules, and no code that is generated for a few rows. */
  void forSmallQueries() {
    ask("SET spark.sql.optimizer.excludedRules=");
    ask("SET spark.sql.shuffle.partitions=2");
    ask("SET spark.sql.adaptive.enabled=false");
    ask("SET spark.sql.codegen.wholeStage=false");
    ask("SET spark.sql.codegen.factoryMode=NO_CODEGEN");
  }

  /**
   * The first column of a query's result.
   *
   * @param sql in one line
   */
  String ask(String sql) {
    try {
      questions.write(sql + "\n");
      questions.flush();
      String answer = answers.readLine();
      if (answer != null) {
        isAsked = true;
        return answer;
      }
      if (!isAsked) {
        throw new IllegalStateException("Spark does not start: " + Files.readString(log));
      }
      int code = process.onExit().orTimeout(1, TimeUnit.MINUTES).join().exitValue();
      start();
      return "! Spark has ended with " + code;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The class as it was compiled, with names of Spark and Scala in place of the engine's. */
  private static byte[] withNamesOfSpark(Class<?> type) throws IOException {
    Remapper names =
        new Remapper() {
          @Override
          public String map(String name) {
            return name.replaceFirst("^io/lakebeam/shaded/spark/libraries/", "")
                .replaceFirst("^io/lakebeam/shaded/spark/", "org/apache/spark/")
                .replaceFirst("^io/lakebeam/shaded/scala/", "scala/");
          }
        };
    try (InputStream in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
      ClassWriter writer = new ClassWriter(0);
      new ClassReader(in).accept(new ClassRemapper(Opcodes.ASM9, writer, names) {}, 0);
      return writer.toByteArray();
    }
  }

  @Override
  public void close() throws IOException {
    questions.close();
    process.onExit().orTimeout(1, TimeUnit.MINUTES).join();
  }
}
