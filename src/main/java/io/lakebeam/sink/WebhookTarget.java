package io.lakebeam.sink;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.spec.SinkSpec;
import io.lakebeam.spec.secret.SecretText;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;

/** A server that takes rows in POST requests. */
final class WebhookTarget implements Target {
  private final String pipeline;
  private final SinkSpec sink;
  private final int rowsOfARequest;
  private final WebhookClient client;
  private String underWay = "";

  /** Of the file that is under way: rows before it have arrived. */
  private long next;

  private long arrived;

  WebhookTarget(
      String pipeline,
      SinkSpec sink,
      SinkSpec.Webhook webhook,
      Function<SecretText, String> resolve,
      Clock clock) {
    this.pipeline = pipeline;
    this.sink = sink;
    this.rowsOfARequest = webhook.rows();
    this.client = new WebhookClient(sink.name(), webhook.url(), webhook.secret(), resolve, clock);
  }

  @Override
  public long rowsAtOnce() {
    return 1;
  }

  @Override
  public void deliver(List<PostedFile> files) {
    files.forEach(this::deliver);
  }

  private void deliver(PostedFile file) {
    if (!file.name().equals(underWay)) {
      underWay = file.name();
      next = 0;
    }
    try (CloseableIterator<Message> rows = file.rows()) {
      for (long i = 0; i < next && rows.hasNext(); i++) {
        rows.next(); // it has arrived, before the request that failed
      }
      while (rows.hasNext()) {
        client.post(file.id(next), body(file, rows));
        next += rowsOfARequest;
        arrived += rowsOfARequest;
      }
    }
  }

  @Override
  public long arrived() {
    return arrived;
  }

  private byte[] body(PostedFile file, CloseableIterator<Message> rows) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    ArrayNode some = json.arrayNode();
    while (rows.hasNext() && some.size() < rowsOfARequest) {
      Message row = rows.next();
      ObjectNode each = some.addObject().put("id", row.id());
      each.putRawValue("row", new RawValue(new String(row.json(), StandardCharsets.UTF_8)));
    }
    ObjectNode body = json.objectNode();
    body.put("type", "lakebeam.rows").put("timestamp", file.writtenAt().toString());
    body.putObject("data")
        .put("pipeline", pipeline)
        .put("dataset", sink.dataset())
        .set("rows", some);
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }
}
