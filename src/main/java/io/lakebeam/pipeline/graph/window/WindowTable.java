package io.lakebeam.pipeline.graph.window;

import io.lakebeam.delta.Changes;
import io.lakebeam.delta.ChangesGoneException;
import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.TimeRange;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.epoch.Closing;
import io.lakebeam.epoch.Decision;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.pipeline.DecidedTables;
import io.lakebeam.row.Microseconds;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sink.Outbox;
import io.lakebeam.sql.catalyst.group.WindowGrid;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How far a table of windows is. Its only state is part of each of its commits: which version of
 * the table that it reads its windows are of, and the watermark, behind which all windows are
 * closed. The rows of windows that are open are those of the table that it reads.
 */
public final class WindowTable {
  /** How often all windows were asked for anew. */
  private static final String GENERATION_PROPERTY = "lakebeam.generation";

  private final String id;
  private final CompiledWindows windows;

  public WindowTable(String id, CompiledWindows windows) {
    this.id = id;
    this.windows = windows;
  }

  /** Who commits windows of the rows of a table, as Delta knows it. */
  public static String application(String id, String table, String upstream, String upstreamId) {
    return id + "/" + table + "<-" + upstream + "#" + upstreamId;
  }

  private String application(String upstreamId) {
    return application(id, windows.name(), windows.upstream(), upstreamId);
  }

  /** What the watermark is a version of: microseconds since 1970, before which it never is. */
  static String watermark(String id, String table) {
    return id + "/" + table + "#watermark";
  }

  /** Who has made all windows anew, as Delta knows it: its version is the generation. */
  static String generations(String id, String table) {
    return id + "/" + table + "#generation";
  }

  /** How often it was asked for that all windows are made anew, as versions of that grow. */
  private static long wantedGeneration(Snapshot table) {
    return Long.parseLong(table.properties().getOrDefault(GENERATION_PROPERTY, "0"));
  }

  /**
   * Both tables as they are, and what the one has of the other.
   *
   * @param read names the table that is read: all windows anew are read as of another table
   * @param isAnew true when all windows that there are give way to those of all rows
   */
  private record State(Snapshot table, Snapshot upstream, String read, long from, boolean isAnew) {}

  private Optional<State> state() {
    Optional<Snapshot> upstream = DeltaTable.at(windows.upstreamPath()).latest();
    DeltaTable delta = DeltaTable.at(windows.table().path());
    Optional<Snapshot> table = delta.latest();
    if (upstream.isEmpty() || table.isEmpty()) {
      return Optional.empty();
    }
    long wanted = wantedGeneration(table.get());
    String read = upstream.get().id() + (wanted == 0 ? "" : "@" + wanted);
    long from = delta.transactionVersion(application(read)).orElse(-1);
    boolean isAnew = delta.transactionVersion(generations(id, windows.name())).orElse(0) < wanted;
    return Optional.of(new State(table.get(), upstream.get(), read, from, isAnew));
  }

  /**
   * Lets the next epoch make all windows anew, in one commit that takes the place of those there
   * are. Doing it again changes nothing.
   *
   * @param generation greater than any before
   */
  public CommitOutcome computeAnew(long generation) {
    return DeltaTable.at(windows.table().path())
        .commit(
            Commit.builder(id + "/" + windows.name() + "#asked", generation)
                .properties(Map.of(GENERATION_PROPERTY, Long.toString(generation)))
                .build());
  }

  /** What a closing replaces, of the table or its quarantine; empty when it only adds. */
  Optional<Snapshot> replaced(Closing closing, Place path) {
    return state()
        .filter(state -> state.isAnew() && state.read().equals(closing.read()))
        .flatMap(state -> DeltaTable.at(path).latest());
  }

  /** The generation that a closing belongs to. */
  static long generation(Closing closing) {
    int at = closing.read().lastIndexOf('@');
    return at < 0 ? 0 : Long.parseLong(closing.read().substring(at + 1));
  }

  /**
   * What an operator should know when the table that it reads has rows that it does not know of;
   * that is empty when there is nothing to know.
   *
   * @return empty when it has none
   */
  public Optional<String> behind() {
    return state()
        .filter(state -> state.isAnew() || isOfAnother(state) || !added(state).isEmpty())
        .map(
            state ->
                state.isAnew()
                    ? "all windows of " + windows.name() + " are made anew"
                    : told(state));
  }

  /** True when it has windows, and none of the table that it reads now. */
  private boolean isOfAnother(State state) {
    return state.from() < 0 && watermark().isPresent();
  }

  private String told(State state) {
    String goesOn =
        windows.name()
            + " goes on with windows that end behind "
            + Microseconds.instant(watermark().orElse(0));
    if (isOfAnother(state)) {
      return "table "
          + windows.upstream()
          + " is not the one that "
          + windows.name()
          + " has windows of: "
          + goesOn
          + "; remove the folder "
          + windows.table().path()
          + ", and it has all windows of the new one";
    }
    boolean isTold =
        state.from() < 0 || added(state.from(), state.upstream().version()).isPresent();
    return isTold
        ? ""
        : "the log of table "
            + windows.upstream()
            + " no longer tells what came since "
            + windows.name()
            + " was brought up to date: "
            + goesOn
            + ", and rows that came late for others are not counted";
  }

  private OptionalLong watermark() {
    return DeltaTable.at(windows.table().path()).transactionVersion(watermark(id, windows.name()));
  }

  /** Files with rows that it does not know of; all of them when the log does not tell any more. */
  private List<DataFile> added(State state) {
    if (state.from() < 0) {
      return state.upstream().files();
    }
    return added(state.from(), state.upstream().version()).orElseGet(state.upstream()::files);
  }

  private Optional<List<DataFile>> added(long from, long to) {
    try {
      Changes changes = DeltaTable.at(windows.upstreamPath()).changes(from, to);
      return Optional.of(changes.added());
    } catch (ChangesGoneException e) {
      return Optional.empty();
    }
  }

  /**
   * What an epoch closes, the same for every attempt at it.
   *
   * @return empty when there is nothing to do
   */
  Optional<Closing> closing(Ledger ledger, long epoch) {
    Optional<Closing> now = look();
    Optional<Closing> settled =
        ledger
            .closing(epoch, windows.name())
            .filter(
                before ->
                    now.map(before::isOfSameTables)
                        .orElseGet(() -> isCommitted(before) || isOpen(ledger, epoch, before)));
    if (now.isEmpty()) {
      // It is committed, and what became of it is told once more. Or it is not, and the rows that
      // it was made of are gone since: somebody else has deleted them.
      return settled;
    }
    if (settled.filter(before -> before.from() == now.get().from()).isPresent()) {
      return settled;
    }
    if (!ledger.isUnderWay(epoch)) {
      return Optional.empty(); // by others, and what has come since is closed by later epochs
    }
    if (settled.isEmpty()) {
      Closing first = ledger.settleClosing(epoch, windows.name(), now.get());
      if (first.isOfSameTables(now.get())) {
        return Optional.of(first);
      }
    }
    // Nobody can commit what was settled: it is in the table, or one of the tables is another one.
    ledger.resettleClosing(epoch, windows.name(), now.get());
    return now;
  }

  private boolean isCommitted(Closing closing) {
    return isAt(closing, closing.to());
  }

  /** True when the windows may have been decided, and even quarantined, and can be committed. */
  private boolean isOpen(Ledger ledger, long epoch, Closing closing) {
    return isAt(closing, closing.from()) && ledger.isUnderWay(epoch);
  }

  private boolean isAt(Closing closing, long version) {
    return state()
        .filter(state -> state.table().id().equals(closing.table()))
        .filter(state -> state.read().equals(closing.read()))
        .filter(state -> state.from() == version)
        .isPresent();
  }

  /** What an earlier attempt has decided about a closing; empty when that is void. */
  Optional<Decision> decided(Ledger ledger, Place lake, long epoch, Closing closing) {
    return ledger
        .decision(epoch, windows.name())
        .filter(decision -> decision.basis().equals(basis(closing)))
        .filter(decision -> DecidedTables.isThere(lake, windows.table(), decision));
  }

  /** What the rows of a closing are made of, beside the plan. */
  static String basis(Closing closing) {
    return String.format(
        Locale.ROOT,
        "%s@%d..%d, %d",
        closing.read(),
        closing.from(),
        closing.to(),
        closing.until());
  }

  private Optional<Closing> look() {
    Optional<State> behind = state().filter(state -> state.from() < state.upstream().version());
    if (behind.isEmpty()) {
      return Optional.empty();
    }
    State state = behind.get();
    List<DataFile> added = added(state);
    if (added.isEmpty() && !state.isAnew()) {
      return Optional.empty();
    }
    long before = state.isAnew() ? 0 : watermark().orElse(0);
    return Optional.of(
        new Closing(
            state.table().id(),
            state.read(),
            state.from(),
            state.upstream().version(),
            before,
            until(before, added)));
  }

  /** The latest time of the rows, to the millisecond as in Spark, less the delay. */
  private long until(long before, List<DataFile> added) {
    long until = before;
    List<DataFile> latestFirst =
        added.stream()
            .sorted(Comparator.comparingLong((DataFile file) -> times(file).greatest()).reversed())
            .toList();
    for (DataFile file : latestFirst) {
      if (watermark(times(file).greatest()) <= until) {
        break;
      }
      until = Math.max(until, watermark(latest(file)));
    }
    return until;
  }

  private long watermark(long latest) {
    long cut = latest - Math.floorMod(latest, Microseconds.A_MILLISECOND);
    boolean isOver = cut > latest || cut < Long.MIN_VALUE + windows.query().delay();
    return isOver ? Long.MIN_VALUE : cut - windows.query().delay();
  }

  private TimeRange times(DataFile file) {
    return TimeRange.of(file, windows.query().time());
  }

  /** Statistics are cut or rounded to the millisecond, and each writer does it in its own way. */
  private long latest(DataFile file) {
    long latest = Long.MIN_VALUE;
    try (CloseableIterator<InternalRow> rows =
        DataFileReader.read(
            windows.upstreamPath(),
            file,
            windows.upstreamSchema(),
            List.of(windows.query().time()))) {
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        latest = row.isNullAt(0) ? latest : Math.max(latest, row.getLong(0));
      }
    }
    return latest;
  }

  /**
   * True when windows that are closed are for sinks: all rows that have come for them are. Neither
   * is what is made anew, nor what a table has of rows that were there before it.
   */
  boolean isNews(Ledger ledger, long epoch, Closing closing) {
    boolean isAdded =
        state()
            .filter(state -> state.read().equals(closing.read()))
            .filter(state -> !state.isAnew() && !isOfAnother(state))
            .isPresent();
    if (!isAdded) {
      return false;
    }
    boolean isFirst = closing.from() < 0;
    List<DataFile> came =
        isFirst
            ? DeltaTable.at(windows.upstreamPath()).at(closing.to()).files()
            : added(closing.from(), closing.to()).orElse(List.of());
    return !came.isEmpty()
        && came.stream().allMatch(Outbox::isPosted)
        && (!isFirst || areOf(ledger, epoch, came));
  }

  /** True when an epoch has decided to put all of these files into the table that is read. */
  private boolean areOf(Ledger ledger, long epoch, List<DataFile> files) {
    Set<String> decided =
        ledger.rounds(epoch).stream()
            .flatMap(round -> round.of(windows.upstream()).stream())
            .flatMap(each -> each.files().stream())
            .map(DataFile::path)
            .collect(Collectors.toSet());
    return files.stream().map(DataFile::path).allMatch(decided::contains);
  }

  /** The files to be read for what is closed. */
  public List<WindowPart.File> files(Closing closing) {
    WindowGrid grid = windows.query().grid();
    long firstEnd = grid.firstEndAfter(closing.before());
    long lastEnd = grid.lastEndUpTo(closing.until());
    // The log is read back to that version only when there is something to read in it.
    List<DataFile> all =
        firstEnd > lastEnd && closing.from() >= 0
            ? List.of()
            : DeltaTable.at(windows.upstreamPath()).at(closing.to()).files();
    List<DataFile> news =
        closing.from() < 0 ? all : added(closing.from(), closing.to()).orElse(List.of());
    Map<String, WindowPart.File> files = new HashMap<>();
    for (DataFile file : firstEnd > lastEnd ? List.<DataFile>of() : all) {
      TimeRange times = times(file);
      if (times.greatest() >= firstEnd - grid.length() && times.least() < lastEnd) {
        files.put(file.path(), new WindowPart.File(windows.name(), closing, file, true, false));
      }
    }
    for (DataFile file : news) {
      if (times(file).least() < closing.before()) {
        boolean isThere = files.containsKey(file.path());
        files.put(file.path(), new WindowPart.File(windows.name(), closing, file, isThere, true));
      }
    }
    return new ArrayList<>(files.values());
  }
}
