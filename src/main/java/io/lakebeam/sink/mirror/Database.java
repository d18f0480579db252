package io.lakebeam.sink.mirror;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.sink.SinkException;
import io.lakebeam.spec.MirrorSpec;
import io.lakebeam.spec.secret.KnownSecrets;
import io.lakebeam.spec.secret.SecretText;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.postgresql.Driver;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** How to reach a database, and what its errors mean. */
final class Database {
  private static final Duration CONNECTS_WITHIN = Duration.ofSeconds(10);
  private static final Duration ANSWERS_WITHIN = Duration.ofMinutes(30);

  /**
   * Of each transaction: nobody waits for long, here or there, for somebody who is gone, and no
   * setting of the server ends what is under way.
   */
  private static final List<String> SETTINGS =
      List.of(
          "lock_timeout = '30s'",
          "statement_timeout = 0",
          "idle_in_transaction_session_timeout = 0",
          "tcp_keepalives_idle = 60",
          "tcp_keepalives_interval = 10",
          "tcp_keepalives_count = 6",
          "search_path = pg_catalog");

  private final MirrorSpec spec;
  private final Function<SecretText, String> resolve;

  Database(MirrorSpec spec, Function<SecretText, String> resolve) {
    this.spec = spec;
    this.resolve = resolve;
  }

  /** What is told of it: {@code gold at db.example.com:5432}, or the reference to its URL. */
  private String shown() {
    String written = MirrorSpec.shown(spec.url().reference());
    return written.isEmpty() ? spec.url().reference() : written;
  }

  /**
   * A connection without a transaction.
   *
   * @throws SinkException when there is none now
   */
  Connection connect() {
    String url = resolve.apply(spec.url());
    if (!url.equals(spec.url().reference())) {
      KnownSecrets.remember(url, spec.url().reference());
    }
    MirrorSpec.passwordIn(url)
        .ifPresent(
            password -> {
              KnownSecrets.remember(password, spec.url().reference());
              KnownSecrets.remember(decoded(password), spec.url().reference());
            });
    Optional<String> refusal = MirrorSpec.refusal(url);
    if (refusal.isPresent()) {
      throw permanent(
          ErrorCode.SINK_FAILED,
          spec.url() + " is no URL of a PostgreSQL database",
          refusal.get(),
          "set it to, for example, jdbc:postgresql://db.example.com:5432/gold");
    }
    Properties properties = new Properties();
    spec.user().ifPresent(user -> properties.put("user", resolve.apply(user)));
    spec.password().ifPresent(password -> properties.put("password", resolve.apply(password)));
    properties.put("ApplicationName", "lakebeam " + spec.name());
    properties.put("connectTimeout", Long.toString(CONNECTS_WITHIN.toSeconds()));
    properties.put("loginTimeout", Long.toString(2 * CONNECTS_WITHIN.toSeconds()));
    properties.put("socketTimeout", Long.toString(ANSWERS_WITHIN.toSeconds()));
    properties.put("tcpKeepAlive", "true");
    // Columns may come and go between two transactions.
    properties.put("prepareThreshold", "0");
    if (!MirrorSpec.saysHowSafe(url)) {
      properties.put("sslmode", "require");
    }
    try {
      Connection connection = new Driver().connect(url, properties);
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      throw told(e);
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // then it is none that the driver decodes
    }
  }

  /** Begins a transaction. */
  void begin(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String setting : SETTINGS) {
        statement.execute("SET LOCAL " + setting);
      }
    }
  }

  SinkException permanent(ErrorCode code, String problem, String cause, String fix) {
    return SinkException.permanent(spec.name(), Problem.of(code, problem, cause, fix));
  }

  private SinkException retryable(String problem, String cause, String fix) {
    return SinkException.retryable(
        spec.name(), Problem.of(ErrorCode.SINK_UNREACHABLE, problem, cause, fix));
  }

  /** What an error means. Of what the server says only the first line: others have values. */
  SinkException told(SQLException error) {
    String state = error.getSQLState() == null ? "" : error.getSQLState();
    String said = said(error);
    switch (state) {
      case "28P01", "28000" -> {
        return permanent(
            ErrorCode.SINK_DENIED,
            shown() + " refuses the user or its password",
            said,
            "correct user and password of the sink, or let the server take them");
      }
      case "3D000" -> {
        return permanent(
            ErrorCode.SINK_FAILED,
            shown() + " is not there",
            said,
            "create the database, or name another one in the url");
      }
      case "42501" -> {
        return permanent(
            ErrorCode.SINK_DENIED,
            "the user may not do what a mirror does in " + shown(),
            said,
            "as the owner of the database: GRANT USAGE, CREATE ON SCHEMA "
                + Sql.quoted(spec.schema())
                + " TO the user; tables that others have made must be theirs no longer");
      }
      case "08004" -> {
        boolean isPlain = said.contains("SSL");
        return permanent(
            ErrorCode.SINK_DENIED,
            shown() + " refuses the connection",
            said,
            isPlain
                ? "let the server encrypt; or, on a network that you trust, end the url with"
                    + " ?sslmode=disable"
                : "see whether the sink has user and password, and what the server's log says");
      }
      case "2BP01" -> {
        return permanent(
            ErrorCode.SINK_FAILED,
            "a column of a table in " + shown() + " cannot be replaced",
            said,
            "drop what was made of it, for instance a view, and make it again afterwards");
      }
      case "55P03" -> {
        return retryable(
            shown() + " takes nothing now",
            "another session has a table locked: " + said,
            "see which one in pg_stat_activity");
      }
      default -> {
        // Connections, shutdowns, serialization, resources, and what the driver gives no state.
        if (state.isEmpty() || state.matches("(08|40|53|57|58).*")) {
          return retryable(shown() + " takes nothing now", said, "see whether the server is up");
        }
        return permanent(
            ErrorCode.SINK_FAILED,
            shown() + " does not take the rows",
            said + " (SQLSTATE " + state + ")",
            "see what the server's log says");
      }
    }
  }

  private static String said(SQLException error) {
    if (error instanceof PSQLException answered) {
      ServerErrorMessage message = answered.getServerErrorMessage();
      if (message != null && message.getMessage() != null) {
        return message.getMessage();
      }
    }
    String text =
        error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    return text.lines().findFirst().orElse("");
  }
}
