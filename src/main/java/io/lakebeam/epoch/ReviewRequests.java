package io.lakebeam.epoch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.delta.DataFileJson;
import io.lakebeam.epoch.ReviewRequest.Action;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongFunction;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Requests of those who review the quarantines of a pipeline: {@code review/<n>.json} below the
 * ledger's folder, put if absent and never changed, so that they have one order, whoever else is
 * alive. A run looks for those that it is to carry out.
 */
public final class ReviewRequests {
  private static final String FOLDER = "review";
  private static final String JSON = ".json";
  private static final String ROWS = "rows";

  private final Storage storage;
  private final Path folder;
  private final Place rows;

  public ReviewRequests(Place lake, String id) {
    Ledger ledger = new Ledger(lake, id);
    this.storage = ledger.storage();
    this.folder = new Path(ledger.folder(), FOLDER);
    this.rows = lake.child("_lakebeam").child(id).child(FOLDER).child(ROWS);
  }

  /** Where the rows are that requests name. */
  public Place folder() {
    return rows;
  }

  /** The number of the last one; 0 when there is none. */
  public long last() {
    return numbers().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  private List<Long> numbers() {
    List<Long> numbers = new ArrayList<>();
    for (FileStatus file : storage.list(folder)) {
      String name = file.getPath().getName();
      if (name.matches("\\d{1,18}\\" + JSON)) {
        numbers.add(Long.parseLong(name.substring(0, name.length() - JSON.length())));
      }
    }
    numbers.sort(null);
    return numbers;
  }

  /** Those behind a number, in their order. */
  public List<ReviewRequest> after(long number) {
    List<ReviewRequest> requests = new ArrayList<>();
    for (long each : numbers()) {
      if (each > number) {
        get(each).ifPresent(requests::add);
      }
    }
    return requests;
  }

  public Optional<ReviewRequest> get(long number) {
    Path file = file(number);
    return storage
        .read(file)
        .map(content -> LedgerJson.read(file, content, ReviewRequests::request));
  }

  /**
   * Adds a request behind all others.
   *
   * @param request makes it for the number that it will have, anew each time that another one was
   *     faster: what it asks for may depend on those before. Empty to ask for nothing
   * @return as it was added
   */
  public Optional<ReviewRequest> add(LongFunction<Optional<ReviewRequest>> request) {
    while (true) {
      long next = last() + 1;
      Optional<ReviewRequest> wanted = request.apply(next).map(each -> each.as(next));
      if (wanted.isEmpty() || storage.putIfAbsent(file(next), bytes(wanted.get()))) {
        return wanted;
      }
    }
  }

  /** Deletes the rows of all requests up to a number, which nobody is to read any more. */
  public void forgetRows(long until) {
    for (long number : numbers()) {
      if (number <= until) {
        get(number).filter(each -> each.action() == Action.REPLAY).stream()
            .flatMap(each -> each.rows().stream())
            .map(each -> each.file().location(rows))
            .filter(file -> storage.status(file).isPresent())
            .forEach(storage::delete);
      }
    }
  }

  private Path file(long number) {
    return new Path(folder, String.format(Locale.ROOT, "%012d%s", number, JSON));
  }

  private static byte[] bytes(ReviewRequest request) {
    ObjectNode root =
        LedgerJson.object()
            .put("request", request.number())
            .put("action", request.action().word())
            .put("at", request.at().toString())
            .put("by", request.by())
            .put("reason", request.reason());
    ArrayNode rows = root.putArray("rows");
    for (ReviewRequest.Rows each : request.rows()) {
      ObjectNode node = rows.addObject().put("table", each.table());
      DataFileJson.write(node.putArray("files"), List.of(each.file()));
    }
    return LedgerJson.bytes(root);
  }

  private static ReviewRequest request(byte[] json) {
    JsonNode root = LedgerJson.tree(json);
    List<ReviewRequest.Rows> rows = new ArrayList<>();
    for (JsonNode node : root.get("rows")) {
      rows.add(
          new ReviewRequest.Rows(
              node.get("table").asText(), DataFileJson.read(node.get("files")).get(0)));
    }
    return new ReviewRequest(
        root.get("request").asLong(),
        Action.valueOf(root.get("action").asText().toUpperCase(Locale.ROOT)),
        Instant.parse(root.get("at").asText()),
        root.get("by").asText(),
        root.get("reason").asText(),
        rows);
  }
}
