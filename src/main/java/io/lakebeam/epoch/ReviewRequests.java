package io.lakebeam.epoch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.delta.DataFileJson;
import io.lakebeam.epoch.ReviewRequest.Action;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.Requests;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final String EXPIRED = "expired";

  /** Of rows, with what some file systems put beside it. */
  private static final Pattern FILE = Pattern.compile("\\.?part-(\\d{8,18})-.*");

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

  /** The last request of which nothing is to come any more. */
  public static long done(Ledger.Contents contents) {
    SourcePosition position =
        contents.positions().getOrDefault(Slice.RefusedRows.SOURCE, Requests.NONE);
    return contents.undone().stream()
        .map(EpochPlan::slices)
        .flatMap(List::stream)
        .filter(Slice.RefusedRows.class::isInstance)
        .mapToLong(slice -> ((Slice.RefusedRows) slice).request() - 1)
        .reduce(Requests.requireRequests(position).request(), Math::min);
  }

  /**
   * Deletes the rows of all requests up to a number, which nobody is to read any more, and what
   * somebody has left who died before they had a request.
   */
  public void forgetRows(long until) {
    for (FileStatus file : storage.list(rows.path())) {
      Matcher name = FILE.matcher(file.getPath().getName());
      if (name.matches() && Long.parseLong(name.group(1)) <= until) {
        storage.delete(file.getPath());
      }
    }
  }

  /** What the names of the files of a request's rows begin with. */
  public static String stem(long number) {
    return String.format(Locale.ROOT, "%08d", number);
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
      ObjectNode node =
          rows.addObject().put("table", each.table()).put("refreshed", each.refreshed());
      new TreeMap<>(each.types()).forEach(node.putObject("types")::put);
      DataFileJson.write(node.putArray("files"), List.of(each.file()));
    }
    if (!request.expired().isEmpty()) {
      ArrayNode expired = root.putArray(EXPIRED);
      for (ReviewRequest.Expired each : request.expired()) {
        expired
            .addObject()
            .put("table", each.table())
            .put("before", each.before().toString())
            .put("rows", each.rows())
            .put("open", each.open())
            .put("refreshed", each.refreshed());
      }
    }
    return LedgerJson.bytes(root);
  }

  private static ReviewRequest request(byte[] json) {
    JsonNode root = LedgerJson.tree(json);
    List<ReviewRequest.Rows> rows = new ArrayList<>();
    for (JsonNode node : root.get("rows")) {
      rows.add(
          new ReviewRequest.Rows(
              node.get("table").asText(),
              DataFileJson.read(node.get("files")).get(0),
              types(node.get("types")),
              node.get("refreshed").asLong()));
    }
    List<ReviewRequest.Expired> expired = new ArrayList<>();
    for (JsonNode node : root.path(EXPIRED)) {
      expired.add(
          new ReviewRequest.Expired(
              node.get("table").asText(),
              Instant.parse(node.get("before").asText()),
              node.get("rows").asLong(),
              node.get("open").asLong(),
              node.get("refreshed").asLong()));
    }
    return new ReviewRequest(
        root.get("request").asLong(),
        Action.valueOf(root.get("action").asText().toUpperCase(Locale.ROOT)),
        Instant.parse(root.get("at").asText()),
        root.get("by").asText(),
        root.get("reason").asText(),
        rows,
        expired);
  }

  private static Map<String, String> types(JsonNode node) {
    Map<String, String> types = new TreeMap<>();
    node.properties().forEach(each -> types.put(each.getKey(), each.getValue().asText()));
    return types;
  }
}
