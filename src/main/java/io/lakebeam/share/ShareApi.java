package io.lakebeam.share;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaException;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.lake.LakeTable;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the protocol asks, answered. */
final class ShareApi {
  private static final Logger LOG = LoggerFactory.getLogger(ShareApi.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** As long as the links of stores in a cloud are good by default. */
  private static final Duration LINKS_LAST = Duration.ofHours(1);

  private static final int MOST_ITEMS = 500;

  private final Share share;
  private final FileLinks links;
  private final URI endpoint;
  private final Clock clock;

  ShareApi(Share share, FileLinks links, URI endpoint, Clock clock) {
    this.share = share;
    this.links = links;
    this.endpoint = endpoint;
    this.clock = clock;
  }

  /**
   * An answer: an object, lines, or nothing but a version.
   *
   * @param version of the table that is asked about
   */
  record Answer(Optional<JsonNode> json, Optional<Stream<JsonNode>> lines, OptionalLong version) {
    static Answer json(JsonNode json) {
      return new Answer(Optional.of(json), Optional.empty(), OptionalLong.empty());
    }
  }

  /**
   * Answers a request.
   *
   * @param parts of the path, behind the prefix
   * @param body of a query; empty of other requests
   * @param until when the token expires: no link lasts longer
   * @throws RefusedShareException when it is not answered as it is asked
   */
  Answer answer(List<String> parts, Map<String, String> query, JsonNode body, Instant until) {
    requirePart(parts, 0, "shares");
    if (parts.size() == 1) {
      ObjectNode only = MAPPER.createObjectNode().put("name", share.name());
      return page(List.of(only), query);
    }
    if (!parts.get(1).equalsIgnoreCase(share.name())) {
      throw RefusedShareException.notFound("there is no share " + parts.get(1));
    }
    if (parts.size() == 2) {
      ObjectNode answer = MAPPER.createObjectNode();
      answer.putObject("share").put("name", share.name());
      return Answer.json(answer);
    }
    if (parts.size() == 3 && parts.get(2).equals("all-tables")) {
      return page(share.tables().stream().map(this::item).toList(), query);
    }
    requirePart(parts, 2, "schemas");
    if (parts.size() == 3) {
      return page(
          share.schemas().stream()
              .map(name -> MAPPER.createObjectNode().put("name", name).put("share", share.name()))
              .toList(),
          query);
    }
    List<Share.Table> tables = share.tables(parts.get(3));
    if (tables.isEmpty()) {
      throw RefusedShareException.notFound("the share has no schema " + parts.get(3));
    }
    requirePart(parts, 4, "tables");
    if (parts.size() == 5) {
      return page(tables.stream().map(this::item).toList(), query);
    }
    Share.Table table =
        tables.stream()
            .filter(each -> each.name().equalsIgnoreCase(parts.get(5)))
            .findFirst()
            .orElseThrow(
                () ->
                    RefusedShareException.notFound(
                        "the schema " + parts.get(3) + " has no table " + parts.get(5)));
    return about(table, parts, query, body, until);
  }

  private Answer about(
      Share.Table table,
      List<String> parts,
      Map<String, String> query,
      JsonNode body,
      Instant until) {
    if (parts.size() > 7) {
      throw unknown();
    }
    return switch (parts.size() == 6 ? "version" : parts.get(6)) {
      case "version" -> {
        if (query.containsKey("startingTimestamp")) {
          throw RefusedShareException.unsupported(
              "startingTimestamp: this server finds no version by its time; leave it out");
        }
        LakeTable found = latest(table);
        yield new Answer(
            Optional.empty(), Optional.empty(), OptionalLong.of(found.snapshot().version()));
      }
      case "metadata" -> {
        LakeTable found = latest(table);
        TableLines lines = new TableLines(found, table.lake().onlyByName(found));
        yield new Answer(
            Optional.empty(),
            Optional.of(Stream.of(TableLines.protocol(), lines.metaData(false))),
            OptionalLong.of(found.snapshot().version()));
      }
      case "query" -> files(table, body, until);
      case "changes" ->
          throw RefusedShareException.unsupported(
              "changes of a table are not shared: query it as it is, or as it was with version");
      default -> throw unknown();
    };
  }

  private Answer files(Share.Table table, JsonNode body, Instant until) {
    for (String each :
        List.of("timestamp", "startingVersion", "startingTimestamp", "endingVersion")) {
      if (body.hasNonNull(each)) {
        throw RefusedShareException.unsupported(
            each + ": this server answers for the newest version, or for one by its number");
      }
    }
    long limit = whole(body, "limitHint").orElse(Long.MAX_VALUE);
    // Files are not chosen by predicates. Whoever has one needs them all: the rows that it is true
    // of may be in the last one.
    boolean isFiltered = isGiven(body, "predicateHints") || isGiven(body, "jsonPredicateHints");
    OptionalLong version = whole(body, "version");
    LakeTable found = version.isPresent() ? at(table, version.getAsLong()) : latest(table);
    TableLines lines = new TableLines(found, table.lake().onlyByName(found));
    Instant soon = clock.instant().plus(LINKS_LAST).truncatedTo(ChronoUnit.SECONDS);
    Instant expires = soon.isBefore(until) ? soon : until;
    List<DataFile> files = lines.files(isFiltered ? Long.MAX_VALUE : limit);
    // Before the answer begins: a file that lies elsewhere is an error, and not half of an answer.
    List<String> urls =
        files.stream().map(file -> endpoint + links.of(found, file, expires)).toList();
    Stream<JsonNode> head = Stream.of(TableLines.protocol(), lines.metaData(version.isPresent()));
    Stream<JsonNode> rest =
        IntStream.range(0, urls.size())
            .mapToObj(i -> lines.file(files.get(i), urls.get(i), expires));
    return new Answer(
        Optional.empty(),
        Optional.of(Stream.concat(head, rest)),
        OptionalLong.of(found.snapshot().version()));
  }

  private static boolean isGiven(JsonNode body, String name) {
    JsonNode hint = body.path(name);
    return hint.isTextual() ? !hint.asText().isBlank() : !hint.isNull() && !hint.isEmpty();
  }

  private static OptionalLong whole(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return OptionalLong.empty();
    }
    if (!value.canConvertToLong() || !value.isIntegralNumber() || value.asLong() < 0) {
      throw RefusedShareException.invalid(name + " is a whole number, from 0 on");
    }
    return OptionalLong.of(value.asLong());
  }

  private static LakeTable latest(Share.Table table) {
    return table
        .find()
        .orElseThrow(
            () ->
                RefusedShareException.notFound(
                    "the table " + table.name() + " is not there yet: no run has made it"));
  }

  private static LakeTable at(Share.Table table, long version) {
    LakeTable latest = latest(table);
    long newest = latest.snapshot().version();
    if (version > newest) {
      throw RefusedShareException.invalid(
          "the table " + table.name() + " has no version " + version + ": its newest is " + newest);
    }
    if (version == newest) {
      return latest;
    }
    try {
      return new LakeTable(
          latest.name(), latest.table(), latest.table().at(version), latest.pipeline());
    } catch (DeltaException e) {
      if (e.code() != ErrorCode.TABLE_FAILED) {
        throw e;
      }
      LOG.debug("version {} of {} is gone", version, table.name(), e);
      throw RefusedShareException.invalid(
          "version " + version + " of the table " + table.name() + " is no longer kept");
    }
  }

  private ObjectNode item(Share.Table table) {
    return MAPPER
        .createObjectNode()
        .put("name", table.name())
        .put("schema", table.schema())
        .put("share", share.name());
  }

  /** The items that are asked for, and where the next ones begin. */
  private static Answer page(List<ObjectNode> items, Map<String, String> query) {
    int first = number(query, "pageToken", 0);
    if (first > items.size()) {
      throw RefusedShareException.invalid("pageToken is none that this server has given");
    }
    int most = Math.min(MOST_ITEMS, number(query, "maxResults", MOST_ITEMS));
    int next = Math.min(items.size(), first + most);
    ObjectNode answer = MAPPER.createObjectNode();
    ArrayNode array = answer.putArray("items");
    items.subList(first, next).forEach(array::add);
    if (next < items.size()) {
      answer.put("nextPageToken", Integer.toString(next));
    }
    return Answer.json(answer);
  }

  private static int number(Map<String, String> query, String name, int otherwise) {
    String text = query.getOrDefault(name, "");
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,9}")) {
      throw RefusedShareException.invalid(name + " is a whole number, from 0 on");
    }
    return Integer.parseInt(text);
  }

  private static void requirePart(List<String> parts, int index, String name) {
    if (parts.size() <= index || !parts.get(index).equals(name)) {
      throw unknown();
    }
  }

  private static RefusedShareException unknown() {
    return RefusedShareException.notFound("the protocol has no such path");
  }
}
