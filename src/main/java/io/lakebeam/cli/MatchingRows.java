package io.lakebeam.cli;

import io.lakebeam.delta.CloseableIterator;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.sql.FunctionLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.extensions.sql.SqlTransform;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.Row;

/**
 * Rows that meet a condition, found by Beam SQL itself, so that it means what it means in a
 * pipeline: a small Beam pipeline for each part of the table, until enough are found.
 */
final class MatchingRows {
  /** Bounds memory; costs about a quarter of a second each. */
  private static final int PART = 50_000;

  /** Parts under way in this JVM, which the transforms find by name. */
  private static final Map<String, Part> PARTS = new ConcurrentHashMap<>();

  private final Condition condition;
  private final List<String> columns;
  private final int limit;
  private final List<Row> found = new ArrayList<>();
  private final List<String> firstErrors = new ArrayList<>();
  private long failed;

  private MatchingRows(Condition condition, List<String> columns, int limit) {
    this.condition = condition;
    this.columns = List.copyOf(columns);
    this.limit = limit;
  }

  /** What goes into a part's pipeline and what comes out of it. */
  private record Part(
      List<Row> rows, Queue<Row> matching, AtomicLong failed, Queue<String> firstErrors) {
    Part(List<Row> rows) {
      this(rows, new ConcurrentLinkedQueue<>(), new AtomicLong(), new ConcurrentLinkedQueue<>());
    }

    void fail(String error) {
      if (failed.getAndIncrement() == 0) {
        firstErrors.add(error);
      }
    }
  }

  /** The first rows of a table that meet a condition; a row on which it fails does not. */
  static List<Row> first(
      TableArgument.Found table,
      Condition condition,
      List<String> columns,
      int limit,
      Console console) {
    MatchingRows search = new MatchingRows(condition, columns, limit);
    List<String> reads = condition.reads(columns);
    TableSchema schema = table.snapshot().schema();
    Schema rowSchema =
        new TableSchema(reads.stream().map(name -> schema.column(name).orElseThrow()).toList())
            .beamSchema();
    try (CloseableIterator<Row> rows = new TableRows(table, reads)) {
      while (rows.hasNext() && search.found.size() < limit) {
        List<Row> part = new ArrayList<>();
        while (rows.hasNext() && part.size() < PART) {
          part.add(rows.next());
        }
        search.look(part, rowSchema);
      }
    }
    if (search.failed > 0) {
      console.warning(
          "left out "
              + Amounts.of(search.failed, "row")
              + " on which the condition fails: "
              + search.firstErrors.get(0));
    }
    return search.found;
  }

  private void look(List<Row> rows, Schema rowSchema) {
    String key = UUID.randomUUID().toString();
    Part part = new Part(rows);
    PARTS.put(key, part);
    try {
      Pipeline pipeline = Pipeline.create(options());
      PCollection<Row> input =
          pipeline
              .apply("Part", Create.of(key).withCoder(StringUtf8Coder.of()))
              .apply("Rows", ParDo.of(new Emit()))
              .setRowSchema(rowSchema);
      PCollectionTuple.of(Condition.RELATION, input)
          .apply(
              "Condition",
              FunctionLibrary.standard()
                  .register(SqlTransform.query(condition.query(columns)).withAutoLoading(false))
                  .withErrorsTransformer(new KeepErrors(key)))
          .apply("Keep", ParDo.of(new Keep(key)));
      pipeline.run().waitUntilFinish();
    } finally {
      PARTS.remove(key);
    }
    part.matching().stream().limit(limit - (long) found.size()).forEach(found::add);
    failed += part.failed().get();
    firstErrors.addAll(part.firstErrors());
  }

  private static DirectOptions options() {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setEnforceImmutability(false);
    options.setEnforceEncodability(false);
    return options;
  }

  private static final class Emit extends DoFn<String, Row> {
    @ProcessElement
    public void emit(@Element String key, OutputReceiver<Row> out) {
      PARTS.get(key).rows().forEach(out::output);
    }
  }

  private static final class Keep extends DoFn<Row, Void> {
    private final String key;

    Keep(String key) {
      this.key = key;
    }

    @ProcessElement
    public void keep(@Element Row row) {
      PARTS.get(key).matching().add(row);
    }
  }

  private static final class KeepErrors extends PTransform<PCollection<Row>, PDone> {
    private final String key;

    KeepErrors(String key) {
      this.key = key;
    }

    @Override
    public PDone expand(PCollection<Row> failures) {
      failures.apply("Errors", ParDo.of(new KeepError(key)));
      return PDone.in(failures.getPipeline());
    }
  }

  private static final class KeepError extends DoFn<Row, Void> {
    private final String key;

    KeepError(String key) {
      this.key = key;
    }

    @ProcessElement
    public void keep(@Element Row failure) {
      PARTS.get(key).fail(String.valueOf(failure.getString("error")));
    }
  }
}
