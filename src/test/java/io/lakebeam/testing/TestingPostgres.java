package io.lakebeam.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real PostgreSQL of this machine, which may be killed and started again with its data. */
public final class TestingPostgres implements AutoCloseable {
  public static final String USER = "postgres";
  private static final String DATABASE = "postgres";

  private final Path folder;
  private final EmbeddedPostgres server;

  private TestingPostgres(Path folder) throws IOException {
    this.folder = folder;
    this.server =
        EmbeddedPostgres.builder()
            .setDataDirectory(folder.resolve("data"))
            .setOverrideWorkingDirectory(folder.resolve("programs").toFile())
            .setPGStartupWait(Duration.ofMinutes(1))
            .setServerConfig("synchronous_commit", "on")
            .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
            .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
            .start();
  }

  public static TestingPostgres start(Path folder) throws IOException {
    return new TestingPostgres(folder);
  }

  public int port() {
    return server.getPort();
  }

  /** For JDBC, with the user. */
  public String url() {
    return "jdbc:postgresql://localhost:" + port() + "/" + DATABASE + "?user=" + USER;
  }

  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url());
  }

  public void run(String... statements) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    } catch (SQLException e) {
      throw new AssertionError(String.join("; ", statements), e);
    }
  }

  /** The first column of each row, as text. */
  public List<String> texts(String query) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new AssertionError(query, e);
    }
  }

  /**
   * As {@code pg_ctl stop -m immediate}: without a word to its clients, and without a checkpoint.
   */
  public void kill() throws InterruptedException {
    try {
      String first = Files.readAllLines(folder.resolve("data/postmaster.pid")).get(0);
      ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(first)).orElseThrow();
      new ProcessBuilder("kill", "-QUIT", first).start().waitFor();
      postmaster.onExit().get(1, TimeUnit.MINUTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError("the server does not end", e);
    }
  }

  /** After {@link #kill}, at the same port. */
  public void restart() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      // The server refuses to run as root; within a namespace of its own it is nobody.
      command.addAll(List.of("unshare", "-U"));
    }
    command.addAll(
        List.of(
            program().toString(),
            "-D",
            folder.resolve("data").toString(),
            "-o",
            "-F -p " + port(),
            "-w",
            "start"));
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    if (code != 0) {
      throw new AssertionError(String.join(" ", command) + " gave " + code);
    }
  }

  private Path program() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("programs"))) {
      return files.filter(file -> file.endsWith("bin/pg_ctl")).findFirst().orElseThrow();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
