package io.lakebeam.lake;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.spec.DurationText;
import io.lakebeam.spec.QueryText;
import io.lakebeam.sql.AdHocQueries;
import io.lakebeam.sql.AdHocQuery;
import io.lakebeam.sql.InvalidQueryException;
import io.lakebeam.sql.TableQuery;
import io.lakebeam.sql.catalyst.operator.LocalRun;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A query over the tables of a pipeline, which it sees as they stood when it was read. Nothing is
 * written, and nothing else is read.
 */
public final class LakeQuery {
  private final Map<String, LakeTable> read;
  private final AdHocQuery query;

  private LakeQuery(Map<String, LakeTable> read, AdHocQuery query) {
    this.read = read;
    this.query = query;
  }

  /**
   * Checks and prepares a query.
   *
   * @param most rows that are wanted of one that does not end with a LIMIT of its own
   * @throws InvalidQueryException when it is none
   * @throws TableMissingException when no run has made a table that it names
   */
  public static LakeQuery of(LakeTables tables, QueryText text, int most)
      throws InvalidQueryException {
    Map<String, LakeTable> read = new TreeMap<>();
    AdHocQueries queries = new AdHocQueries(tables.names());
    for (String spelled : queries.reads(text)) {
      Optional<String> name = tables.named(spelled);
      if (name.isPresent() && !read.containsKey(name.get())) {
        LakeTable found = tables.open(name.get());
        read.put(name.get(), found);
        queries.declare(name.get(), found.snapshot().schema(), tables.onlyByName(found));
      }
    }
    return new LakeQuery(read, queries.query(text, most));
  }

  /** The columns of its rows; two may have one name. */
  public List<Column> columns() {
    return query.columns();
  }

  /** True when it says itself how many rows there are at most. */
  public boolean hasLimit() {
    return query.hasLimit();
  }

  /**
   * Computes it.
   *
   * @param timeout how long it may take; empty for any time
   * @param out gets the rows, each good until it returns
   * @throws ExplainedException when it fails on a row, takes too long or needs too much memory
   */
  public void run(Optional<Duration> timeout, Consumer<InternalRow> out) {
    try {
      query.run(
          (name, columns) -> parts(read.get(name), columns), Instant.now(), pulse(timeout), out);
    } catch (ExplainedException e) {
      throw e;
    } catch (OutOfMemoryError e) {
      throw new FailedQueryException(
          Problem.of(
              ErrorCode.OUT_OF_MEMORY,
              "the query needs more memory than there is",
              "what it joins, groups and sorts is in memory",
              "let it read fewer rows and columns, or give it more memory:"
                  + " LAKEBEAM_JAVA_OPTS=-Xmx8g"));
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      throw new FailedQueryException(
          Problem.of(
              ErrorCode.QUERY_FAILED,
              "the query fails on a row",
              TableQuery.failure(e),
              "guard the expression, for instance with TRY_CAST or NULLIF"));
    }
  }

  private static List<LocalRun.Part> parts(LakeTable table, List<String> columns) {
    return TableRows.files(table).stream()
        .map(file -> (LocalRun.Part) taker -> rows(table, file, columns, taker))
        .toList();
  }

  private static void rows(
      LakeTable table, DataFile file, List<String> columns, Consumer<InternalRow> taker) {
    if (columns.isEmpty() && file.rows() != DataFile.UNKNOWN_ROWS) {
      for (long i = 0; i < file.rows(); i++) {
        taker.accept(InternalRow.empty());
      }
      return;
    }
    try (CloseableIterator<InternalRow> rows =
        DataFileReader.read(table.table().place(), file, table.snapshot().schema(), columns)) {
      while (rows.hasNext()) {
        taker.accept(rows.next());
      }
    }
  }

  private static Runnable pulse(Optional<Duration> most) {
    if (most.isEmpty()) {
      return () -> {};
    }
    Duration timeout = most.get();
    long end = System.nanoTime() + timeout.toNanos();
    return () -> {
      if (System.nanoTime() - end > 0) {
        throw new FailedQueryException(
            Problem.of(
                ErrorCode.TOO_SLOW,
                "the query has taken longer than " + DurationText.exact(timeout),
                "it gets no more time",
                "give it more, or let it read fewer rows"));
      }
    };
  }

  /** A query that was begun has no answer. */
  private static final class FailedQueryException extends ExplainedException {
    FailedQueryException(Problem told) {
      super(told);
    }
  }
}
