package io.lakebeam.simulation;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.simulation.LakeWatch.Version;
import io.lakebeam.simulation.LakeWatch.Violation;
import io.lakebeam.simulation.NamedPipeline.Edition;
import io.lakebeam.simulation.TestingSources.Record;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Compares a lake at rest, whose pipeline looks rows up in a file, with what the sources hold. An
 * epoch comes from one edition of the pipeline, that of the run which has decided it, and from one
 * state of the file, which it was in meanwhile; each version of the view shows one state.
 */
final class NamedCheck {
  private static final TableSchema NAMED =
      TableSchema.of(
          Column.nullable("_position", Primitive.STRING),
          Column.nullable("id", Primitive.BIGINT),
          Column.nullable("amount", Primitive.INT),
          Column.nullable("city", Primitive.INT),
          Column.nullable("rescued", Primitive.STRING),
          Column.nullable("note", Primitive.STRING),
          Column.nullable("extra", Primitive.INT));
  private static final TableSchema SHOWN =
      TableSchema.of(
          Column.nullable("_position", Primitive.STRING),
          Column.nullable("id", Primitive.BIGINT),
          Column.nullable("city", Primitive.INT));
  private static final TableSchema BY_CITY =
      TableSchema.of(
          Column.nullable("city", Primitive.INT),
          Column.nullable("n", Primitive.BIGINT),
          Column.nullable("s", Primitive.BIGINT));

  private static final TableSchema BROKEN =
      TableSchema.of(Column.nullable("_position", Primitive.STRING));

  private final LakeRows rows;
  private final LakeWatch watch;
  private final Map<String, Record> records = new HashMap<>();
  private final Map<Long, List<Record>> epochs = new TreeMap<>();
  private final Map<String, Integer> counts = new TreeMap<>();

  NamedCheck(LakeRows rows, TestingSources sources) {
    this.rows = rows;
    this.watch = rows.watch();
    sources.all().forEach(each -> records.put(each.position(), each));
    Map<String, Long> planned = PlannedRecords.of(watch, sources);
    watch.plans().keySet().forEach(epoch -> epochs.put(epoch, new ArrayList<>()));
    records.values().forEach(each -> epochs.get(planned.get(each.position())).add(each));
  }

  /**
   * @return how much of what was looked at
   */
  Map<String, Integer> check() {
    epochs.forEach(
        (epoch, read) -> {
          List<Record> whole = read.stream().filter(each -> each.amount() != null).toList();
          List<Record> broken = read.stream().filter(each -> each.amount() == null).toList();
          String quarantined = texts("named_quarantine", epoch, BROKEN, NamedCheck::text);
          requireEqual(epoch, "named_quarantine", quarantined, texts(broken, Record::position));
          if (!whole.isEmpty()) {
            lookedUp(epoch, whole);
          }
        });
    view();
    counts.put("epochs", epochs.size());
    counts.put("rows compared", rows.count());
    return counts;
  }

  private void lookedUp(long epoch, List<Record> whole) {
    LakeWatch.Moment decided = watch.decided(epoch, "named");
    int first = watch.planned(epoch).reference();
    Edition edition = NamedPipeline.edition(decided.edition());
    count("tables of another edition", !watch.planned(epoch).edition().equals(decided.edition()));
    count("reference files edited within an epoch", first < decided.reference());
    String named = texts("named", epoch, NAMED, NamedCheck::text);
    int state =
        IntStream.rangeClosed(first, decided.reference())
            .filter(each -> named.equals(texts(whole, row -> named(row, edition, each))))
            .findFirst()
            .orElseThrow(
                () ->
                    new Violation(
                        String.format(
                            "epoch %d is of %s and of one of the states %d to %d: %s is not %s",
                            epoch,
                            edition,
                            first,
                            decided.reference(),
                            named,
                            texts(whole, row -> named(row, edition, first)))));
    String shown = texts("shown", epoch, SHOWN, NamedCheck::text);
    if (!shown.equals(texts(whole, row -> shown(row, state)))) {
      throw new Violation(
          String.format("epoch %d of named is of state %d, and of shown %s", epoch, state, shown));
    }
  }

  private static String shown(Record each, int state) {
    return each.position() + " " + each.id() + " " + city(each, state);
  }

  private static String named(Record each, Edition edition, int state) {
    Map<String, String> fields = new TreeMap<>(TestingSources.fields(each.id()));
    String note = edition.hasNote() ? fields.remove("note") : "null";
    String rescued =
        fields.isEmpty()
            ? "null"
            : fields.entrySet().stream()
                .map(field -> "\"" + field.getKey() + "\":\"" + field.getValue() + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    return String.join(
        " ",
        each.position(),
        Long.toString(each.id()),
        each.amount().toString(),
        "" + city(each, state),
        rescued,
        note,
        edition.factor() == 0 ? "null" : "" + each.amount() * edition.factor());
  }

  private static @Nullable Integer city(Record each, int state) {
    return TestingReference.value(each.amount() % 4, state);
  }

  /** What an epoch has put into a table, in one version. */
  private String texts(
      String table,
      long epoch,
      TableSchema columns,
      BiFunction<InternalRow, TableSchema, String> text) {
    List<Version> versions =
        watch.versions(table).stream().filter(each -> each.epoch() == epoch).toList();
    if (versions.size() > 1) {
      throw new Violation("epoch " + epoch + " is in table " + table + " twice");
    }
    return versions.isEmpty()
        ? texts(List.of(), Record::position)
        : sorted(
            rows.of(table, versions.get(0).added(), columns).stream()
                .map(row -> text.apply(row, columns))
                .toList());
  }

  private static String texts(List<Record> records, Function<Record, String> text) {
    return sorted(records.stream().map(text).toList());
  }

  private static String sorted(List<String> texts) {
    return texts.stream().sorted().toList().toString();
  }

  private static String text(InternalRow row, TableSchema columns) {
    return String.join(
        " ",
        IntStream.range(0, columns.columns().size())
            .mapToObj(at -> value(row, columns, at))
            .toList());
  }

  private static String value(InternalRow row, TableSchema columns, int at) {
    if (row.isNullAt(at)) {
      return "null";
    }
    return switch ((Primitive) columns.columns().get(at).type()) {
      case INT -> Integer.toString(row.getInt(at));
      case BIGINT -> Long.toString(row.getLong(at));
      default -> row.getString(at);
    };
  }

  private static void requireEqual(long epoch, String table, String said, String right) {
    if (!said.equals(right)) {
      throw new Violation("epoch " + epoch + " of " + table + " is " + said + "; it is " + right);
    }
  }

  /**
   * Each version of the view is the query, of the run that has committed it, over the version of
   * the table that it says it shows, and one state of the file; in the end that is the last.
   */
  private void view() {
    Version last = null;
    int shown = 0;
    for (Version version : watch.versions("by_city")) {
      if (version.epoch() < 0) {
        continue;
      }
      last = version;
      String said =
          sorted(
              rows.of("by_city", rows.files("by_city", version.number()), BY_CITY).stream()
                  .map(row -> text(row, BY_CITY))
                  .toList());
      int before = shown;
      shown =
          IntStream.rangeClosed(1, version.by().reference())
              .filter(state -> said.equals(query(version, state)))
              .max()
              .orElseThrow(() -> new Violation(wrong(version, said, version.by().reference())));
      count("views of another state of a reference file", before > 0 && shown != before);
    }
    if (last != null) {
      requireLast(last);
    }
  }

  private void requireLast(Version last) {
    int now = watch.reference();
    String said =
        sorted(
            rows.of("by_city", rows.files("by_city", last.number()), BY_CITY).stream()
                .map(row -> text(row, BY_CITY))
                .toList());
    if (!said.equals(query(last, now))) {
      throw new Violation("in the end " + wrong(last, said, now));
    }
    Optional<Version> table =
        watch.versions("named").stream().filter(each -> each.number() > last.epoch()).findFirst();
    if (table.filter(each -> !each.added().isEmpty()).isPresent()) {
      throw new Violation("the view has stayed behind, at version " + last.epoch());
    }
  }

  private String wrong(Version version, String said, int state) {
    return String.format(
        "version %d of the view shows version %d, by %s: %s; in state %d it is %s",
        version.number(),
        version.epoch(),
        NamedPipeline.edition(version.by().edition()),
        said,
        state,
        query(version, state));
  }

  private String query(Version version, int state) {
    int least = NamedPipeline.edition(version.by().edition()).least();
    Map<String, long[]> groups = new TreeMap<>();
    for (String position : rows.positions("named", rows.files("named", version.epoch()))) {
      Record each = records.get(position);
      if (each.amount() > least) {
        long[] sums = groups.computeIfAbsent("" + city(each, state), key -> new long[2]);
        sums[0]++;
        sums[1] += each.id();
      }
    }
    return sorted(
        groups.entrySet().stream()
            .map(group -> group.getKey() + " " + group.getValue()[0] + " " + group.getValue()[1])
            .toList());
  }

  private void count(String what, boolean happens) {
    if (happens) {
      counts.merge(what, 1, Integer::sum);
    }
  }
}
