package io.lakebeam.sink;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaException;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.SinkSpec;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;

/**
 * One sink at work: delivers what its table's log has posted, in the order of commits. Each row at
 * least once, and again only after a failure, with the same id. Used by one thread.
 */
public final class Delivery implements Sink {
  /** So that a log may forget old versions even where nothing is ever posted. */
  private static final int VERSIONS_UNTOLD = 100;

  private final SinkSpec sink;
  private final Outbox outbox;
  private final Delivered delivered;
  private final Target target;
  private Delivered.Position position;
  private long told;

  /**
   * @param pipeline its name
   * @param table where the dataset is
   * @param storage of the pipeline
   * @param ledger the folder of the pipeline's ledger
   * @param resolve the value of a setting
   */
  public Delivery(
      String pipeline,
      SinkSpec sink,
      Place table,
      Storage storage,
      Path ledger,
      Function<SecretText, String> resolve,
      Clock clock) {
    this(
        sink,
        new Outbox(sink.name(), table),
        new Delivered(storage, ledger, sink.name()),
        sink.connection()
            .match(
                topic -> new TopicTarget(pipeline, sink, topic, resolve),
                webhook -> new WebhookTarget(pipeline, sink, webhook, resolve, clock),
                folder -> new FolderTarget(storage, folder.path(), sink.dataset())));
  }

  private Delivery(SinkSpec sink, Outbox outbox, Delivered delivered, Target target) {
    this.sink = sink;
    this.outbox = outbox;
    this.delivered = delivered;
    this.target = target;
  }

  @Override
  public String name() {
    return sink.name();
  }

  /** Before anything is delivered: what a table has when its sink is new, is not delivered. */
  @Override
  public void begin() {
    Optional<Delivered.Position> before = before();
    if (before.isPresent()) {
      startAt(before.get());
      return;
    }
    Optional<Snapshot> table = outbox.table();
    startAt(
        table
            .map(now -> Delivered.Position.at(sink.dataset(), now.id(), now.version()))
            .orElse(Delivered.Position.at(sink.dataset(), "", -1)));
    delivered.put(position);
  }

  /** Empty for a sink that is new, or that delivers another table now. */
  private Optional<Delivered.Position> before() {
    return delivered.position().filter(before -> before.dataset().equals(sink.dataset()));
  }

  private void startAt(Delivered.Position now) {
    position = now;
    told = now.after();
  }

  @Override
  public void deliver(BooleanSupplier isToStop) {
    Optional<Snapshot> table = outbox.table();
    if (table.isEmpty()) {
      return;
    }
    Snapshot now = table.get();
    if (!position.table().equals(now.id())) {
      // Another table, or the first: all that it has has come since.
      position = Delivered.Position.at(sink.dataset(), now.id(), 0);
    }
    while (!isToStop.getAsBoolean()
        && (position.to() > position.after() || now.version() > position.after())) {
      if (position.to() == position.after()) {
        position = position.until(now.version());
      }
      deliver(now, isToStop);
    }
  }

  private void deliver(Snapshot now, BooleanSupplier isToStop) {
    List<DataFile> posted = outbox.posted(position.after(), position.to());
    if (!posted.isEmpty() && position.files() == 0) {
      // What is looked through is the same for whoever goes on.
      put(position);
    }
    while (position.files() < posted.size()) {
      if (isToStop.getAsBoolean()) {
        return;
      }
      List<DataFile> some = some(posted.subList(position.files(), posted.size()));
      deliver(some, now);
      position = position.plus(some.size());
      put(position);
    }
    position = Delivered.Position.at(sink.dataset(), position.table(), position.to());
    if (!posted.isEmpty() || position.after() - told >= VERSIONS_UNTOLD) {
      put(position);
    }
  }

  @Override
  public long arrived() {
    return target.arrived();
  }

  /** Nothing: a part is short, and what it ends in is the sink's. */
  @Override
  public void abort() {}

  /** Nothing: it holds no connection between two parts. */
  @Override
  public void close() {}

  private void put(Delivered.Position now) {
    delivered.put(now);
    told = now.after();
  }

  private void deliver(List<DataFile> files, Snapshot now) {
    try {
      target.deliver(
          files.stream()
              .map(file -> new PostedFile(outbox.path(), file, now.schema(), sink.key()))
              .toList());
    } catch (DeltaException e) {
      throw SinkException.permanent(
          sink.name(),
          Problem.of(
              ErrorCode.INPUT_MISSING,
              "rows of " + sink.dataset() + " that are still to be delivered cannot be read",
              e.getMessage(),
              "restore the file; or give the sink another name: it goes on with rows that come"
                  + " from now on"));
    }
  }

  /** The first files, as many as are delivered at once. */
  private List<DataFile> some(List<DataFile> files) {
    List<DataFile> some = new ArrayList<>();
    long rows = 0;
    for (DataFile file : files) {
      if (!some.isEmpty() && rows + file.rows() > target.rowsAtOnce()) {
        break;
      }
      some.add(file);
      rows += file.rows();
    }
    return some;
  }

  /** How many rows wait, as far as a look at the log tells. */
  public long waiting() {
    Optional<Delivered.Position> from = before();
    Optional<Snapshot> table = outbox.table();
    if (from.isEmpty() || table.isEmpty()) {
      return 0;
    }
    boolean isSame = from.get().table().equals(table.get().id());
    long after = isSame ? from.get().after() : 0;
    int skipped = isSame ? from.get().files() : 0;
    return outbox.posted(after, table.get().version()).stream()
        .skip(skipped)
        .mapToLong(DataFile::rows)
        .sum();
  }
}
