package io.lakebeam.epoch;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * What the pipelines of a lake are called. A lake knows a pipeline by its id, which never changes:
 * the name that it had when it first ran there. The id is what its ledger, its tables and their
 * commits carry.
 *
 * <p>A new name is one file, {@code _lakebeam/_names/<n>.json}, put if absent: before it the
 * pipeline has the old name, after it the new one. The last one counts. A name that a pipeline has
 * had stays its own.
 */
public final class PipelineNames {
  private static final String FOLDER = "_names";

  private final Storage storage;
  private final Path ledgers;
  private final List<Given> given;

  /** A name that a pipeline got, the oldest first. */
  private record Given(long number, String id, String name, Instant at, String by) {}

  /**
   * That a pipeline got another name.
   *
   * @param number greater than that of any before, of whatever pipeline
   * @param by who has given it; empty when nobody knows
   */
  public record Renaming(long number, String from, String to, Instant at, String by) {}

  private PipelineNames(Storage storage, Path ledgers, List<Given> given) {
    this.storage = storage;
    this.ledgers = ledgers;
    this.given = List.copyOf(given);
  }

  /** The names as they are now. */
  public static PipelineNames of(Place lake) {
    Storage storage = lake.storage();
    Path ledgers = Ledger.ledgers(lake);
    List<Given> given = new ArrayList<>();
    for (FileStatus status : storage.list(new Path(ledgers, FOLDER))) {
      Path file = status.getPath();
      if (file.getName().matches("\\d+\\.json")) {
        storage
            .read(file)
            .map(content -> LedgerJson.read(file, content, json -> given(file, json)))
            .ifPresent(given::add);
      }
    }
    return new PipelineNames(storage, ledgers, given);
  }

  private static Given given(Path file, byte[] content) {
    JsonNode json = LedgerJson.tree(content);
    String number = file.getName().substring(0, file.getName().indexOf('.'));
    return new Given(
        Long.parseLong(number),
        json.get("id").textValue(),
        json.get("name").textValue(),
        Instant.parse(json.path("given_at").asText(Instant.EPOCH.toString())),
        json.path("given_by").asText(""));
  }

  /**
   * The id of the pipeline that has, or has had, a name; empty as long as no name was given that
   * has to do with it.
   */
  public Optional<String> owner(String name) {
    return given.stream()
        .filter(each -> each.name().equals(name) || each.id().equals(name))
        .map(Given::id)
        .findFirst();
  }

  /**
   * The id of the pipeline that is called so; of one that is new to the lake it is the name.
   *
   * @throws PipelineRenamedException when the pipeline of that name has got another one
   */
  public String id(String name) {
    String id = owner(name).orElse(name);
    String now = name(id);
    if (!now.equals(name)) {
      throw new PipelineRenamedException(name, now);
    }
    return id;
  }

  /** What a pipeline is called now. */
  public String name(String id) {
    return given.stream()
        .filter(each -> each.id().equals(id))
        .map(Given::name)
        .reduce((first, last) -> last)
        .orElse(id);
  }

  /** How a pipeline got the name that it has, the oldest name first. */
  public List<Renaming> renamings(String id) {
    List<Renaming> renamings = new ArrayList<>();
    String from = id;
    for (Given each : given) {
      if (each.id().equals(id)) {
        renamings.add(new Renaming(each.number(), from, each.name(), each.at(), each.by()));
        from = each.name();
      }
    }
    return renamings;
  }

  /** What the pipelines are called that have a ledger in the lake. */
  public SortedSet<String> names() {
    return ids(storage, ledgers).stream()
        .map(this::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The pipelines that have a ledger. */
  static List<String> ids(Storage storage, Path ledgers) {
    return storage.list(ledgers).stream()
        .map(pipeline -> pipeline.getPath().getName())
        .filter(name -> !name.equals(FOLDER))
        .toList();
  }

  /**
   * Gives a pipeline another name.
   *
   * @param by who does; empty when nobody knows
   * @return false when somebody has given a name to a pipeline of this lake since these were read
   */
  public boolean give(String id, String name, Instant at, String by) {
    long number = given.isEmpty() ? 1 : given.get(given.size() - 1).number() + 1;
    Path file =
        new Path(new Path(ledgers, FOLDER), String.format(Locale.ROOT, "%06d.json", number));
    return storage.putIfAbsent(
        file,
        LedgerJson.bytes(
            LedgerJson.object()
                .put("id", id)
                .put("name", name)
                .put("given_at", at.toString())
                .put("given_by", by)));
  }
}
