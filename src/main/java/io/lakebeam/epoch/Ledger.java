package io.lakebeam.epoch;

import io.lakebeam.source.Slice;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A pipeline's memory, kept in the lake: {@code _lakebeam/<id>/epochs/<n>.json} is the plan of
 * epoch n, {@code <n>.done} its result, {@code <n>.failed} why it has none yet, {@code <n>.read}
 * what a later attempt reads in place of the plan's slices, {@code <n>.aside} which of its files
 * are set aside in every attempt, {@code <n>.joined.<table>} which version of a table every attempt
 * joins with, where the plan does not say, {@code <n>.closing.<table>} which windows every attempt
 * closes, {@code <n>.decided-<k>} what the epoch puts into tables, as its attempts have decided
 * round by round, {@code <n>.decided.<dataset>} what it puts into a table of windows, {@code
 * <n>.after} says that files of the epoch are still to be moved or deleted, and now and then {@code
 * <n>.positions} sums up where the sources stand. Plans are put if absent and never change; those
 * of epochs long done are deleted, because the positions say what is needed of them.
 *
 * <p>There is no other state: whoever reads this can go on, on any runner.
 */
public final class Ledger {
  /** A folder that changes under every look at it is not read for ever. */
  private static final int LOOKS = 10;

  private static final String AFTER = "after";
  private static final String DONE = "done";
  private static final String DECIDED = "decided";

  private final String name;
  private final Storage storage;
  private final Path folder;
  private final Path epochs;
  private final Path refreshes;
  private final Retention retention;

  /**
   * What is kept of the epochs that are done.
   *
   * @param sumUpEvery so often, in epochs, the positions are summed up, so that a start need not
   *     read every plan; older epochs are deleted then
   * @param keepEpochs so many of the last epochs stay, for people who look for what was read when
   */
  public record Retention(int sumUpEvery, int keepEpochs) {
    /** Sixteen hours of an epoch a minute. */
    public static final Retention DEFAULT = new Retention(50, 1000);
  }

  /**
   * @param id of the pipeline, as of {@link PipelineNames}
   */
  public Ledger(Place lake, String id) {
    this(lake, id, id, Retention.DEFAULT);
  }

  public Ledger(Place lake, String id, Retention retention) {
    this(lake, id, id, retention);
  }

  private Ledger(Place lake, String id, String name, Retention retention) {
    this.name = name;
    this.storage = lake.storage();
    this.folder = new Path(ledgers(lake), id);
    this.epochs = new Path(folder, "epochs");
    this.refreshes = new Path(folder, "refreshes");
    this.retention = retention;
  }

  /**
   * The ledger of the pipeline that is called so now.
   *
   * @throws PipelineRenamedException when the pipeline of that name has got another one
   */
  public static Ledger of(Place lake, String name) {
    return of(lake, name, Retention.DEFAULT);
  }

  /**
   * The ledger of the pipeline that is called so now.
   *
   * @throws PipelineRenamedException when the pipeline of that name has got another one
   */
  public static Ledger of(Place lake, String name, Retention retention) {
    return new Ledger(lake, PipelineNames.of(lake).id(name), name, retention);
  }

  /** Where the ledgers of a lake are. */
  static Path ledgers(Place lake) {
    return new Path(lake.path(), "_lakebeam");
  }

  /** What the lake knows the pipeline by. */
  public String id() {
    return folder.getName();
  }

  public Path folder() {
    return folder;
  }

  /** By which it is reached. */
  Storage storage() {
    return storage;
  }

  /** The ids of the other pipelines that have a ledger in this lake. */
  public List<String> neighbours() {
    return PipelineNames.ids(storage, folder.getParent()).stream()
        .filter(each -> !each.equals(id()))
        .toList();
  }

  /** Names this ledger within a JVM. */
  public String key() {
    return folder.toString();
  }

  /**
   * What the ledger says at one moment. Read at a start; kept by the planner from then on.
   *
   * @param positions where each source stands
   * @param leftOut what the last epoch has {@linkplain EpochResult#leftOut left out}, once it is
   *     done
   */
  public record Contents(
      Optional<EpochPlan> last,
      boolean isUndone,
      Map<String, SourcePosition> positions,
      Set<String> leftOut) {
    /** The number of the last plan; 0 when there is none. */
    public long lastPlanned() {
      return last.map(EpochPlan::number).orElse(0L);
    }

    /** The same, with sources that stand where they stood before their first epoch. */
    public Contents withoutPositions(Set<String> sources) {
      Map<String, SourcePosition> others = new TreeMap<>(positions);
      others.keySet().removeAll(sources);
      return new Contents(last, isUndone, others, leftOut);
    }

    /** The last plan, as long as it is not done. */
    public Optional<EpochPlan> undone() {
      return isUndone ? last : Optional.empty();
    }
  }

  /** A file of an epoch, of those that are the ledger's. */
  private record Entry(long number, String kind, FileStatus status) {
    Path file() {
      return status.getPath();
    }
  }

  /** Reads the whole ledger. */
  public Contents contents() {
    for (int look = 1; look < LOOKS; look++) {
      Optional<Contents> contents = look();
      if (contents.isPresent()) {
        return contents.get();
      }
    }
    return look()
        .orElseThrow(
            () -> new IllegalStateException(epochs + " loses files while it is looked at"));
  }

  /** Empty when a file was deleted between its listing and its reading. */
  private Optional<Contents> look() {
    TreeSet<Long> plans = new TreeSet<>();
    TreeSet<Long> done = new TreeSet<>();
    long summedUp = 0;
    for (Entry entry : entries()) {
      switch (entry.kind()) {
        case "json" -> plans.add(entry.number());
        case DONE -> done.add(entry.number());
        case "positions" -> summedUp = Math.max(summedUp, entry.number());
        default -> {}
      }
    }
    Map<String, SourcePosition> positions = new TreeMap<>();
    if (summedUp > 0) {
      Optional<Map<String, SourcePosition>> sum =
          read(summedUp, "positions", LedgerJson::readPositions);
      if (sum.isEmpty()) {
        return Optional.empty();
      }
      positions.putAll(sum.get());
    }
    for (long number : plans.tailSet(summedUp, false)) {
      Optional<EpochPlan> plan = plan(number);
      if (plan.isEmpty()) {
        return Optional.empty();
      }
      merge(positions, plan.get().positions());
    }
    long last = plans.isEmpty() ? 0 : plans.last();
    Optional<EpochPlan> plan = last > 0 ? plan(last) : Optional.empty();
    return last > 0 && plan.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Contents(plan, last > 0 && !done.contains(last), positions, leftOut(last)));
  }

  /** What says nothing that can be read marks the epoch as done, as it was planned. */
  private Set<String> leftOut(long number) {
    try {
      return number == 0 ? Set.of() : result(number).map(EpochResult::leftOut).orElse(Set.of());
    } catch (DamagedLedgerException e) {
      return Set.of();
    }
  }

  private List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (FileStatus file : storage.list(epochs)) {
      String name = file.getPath().getName();
      int dot = name.indexOf('.');
      if (dot > 0 && name.substring(0, dot).chars().allMatch(Character::isDigit)) {
        long number = Long.parseLong(name.substring(0, dot));
        entries.add(new Entry(number, name.substring(dot + 1), file));
      }
    }
    return entries;
  }

  public Optional<EpochPlan> plan(long number) {
    return read(number, "json", LedgerJson::plan);
  }

  /**
   * Makes a plan durable.
   *
   * @return false when somebody else has planned that epoch: this run has lost its lease
   */
  public boolean put(EpochPlan plan) {
    return storage.putIfAbsent(file(plan.number(), "json"), LedgerJson.write(plan))
        && !isLongPlanned(plan.number());
  }

  /**
   * A run that slept for very long finds its next number free, because others have planned it, done
   * it and deleted it: then there are later ones, since the last epochs are never deleted.
   */
  private boolean isLongPlanned(long number) {
    return entries().stream().anyMatch(entry -> entry.number() > number);
  }

  /** What attempts at an epoch read in place of its plan's slices; empty when they read those. */
  public Optional<List<Slice>> readInstead(long number) {
    // Empty for an instant on a store that empties a file before it writes it anew.
    return storage
        .read(file(number, "read"))
        .filter(content -> content.length > 0)
        .map(content -> LedgerJson.read(file(number, "read"), content, LedgerJson::slices));
  }

  /** Lets attempts at an epoch read other slices, because files have changed or gone. */
  public void readInstead(long number, List<Slice> slices) {
    storage.replace(file(number, "read"), LedgerJson.write(slices));
  }

  /**
   * Settles which files of an epoch are set aside, and why, for all attempts at it: the first one
   * says so before it commits anything. None is an answer, too.
   *
   * @return what is settled: this, or what was before
   */
  public Map<Slice.FileSlice, String> settleSetAside(
      long number, Map<Slice.FileSlice, String> files) {
    storage.putIfAbsent(file(number, "aside"), LedgerJson.writeSetAside(files));
    return setAside(number).orElseThrow();
  }

  /** Files of an epoch that are set aside, and why; empty as long as no attempt has settled it. */
  public Optional<Map<Slice.FileSlice, String>> setAside(long number) {
    return read(number, "aside", LedgerJson::setAside);
  }

  /**
   * The version of a table that every attempt at an epoch joins with.
   *
   * @throws DamagedLedgerException when nothing says so
   */
  public long joinedVersion(long number, String table) {
    Optional<Long> planned = plan(number).map(plan -> plan.versions().get(table));
    return planned
        .or(() -> read(number, "joined." + table, LedgerJson::version))
        .orElseThrow(
            () ->
                new DamagedLedgerException(
                    file(number, "json"),
                    new IllegalStateException("no version of " + table + " is named")));
  }

  /** Settles that for an epoch that was planned by a pipeline which did not join with the table. */
  void settleJoined(long number, String table, long version) {
    storage.putIfAbsent(file(number, "joined." + table), LedgerJson.writeVersion(version));
  }

  /** Which windows of a table an epoch closes; empty as long as no attempt has settled it. */
  public Optional<Closing> closing(long number, String table) {
    // Empty for an instant on a store that empties a file before it writes it anew.
    Path file = file(number, "closing." + table);
    return storage
        .read(file)
        .filter(content -> content.length > 0)
        .map(content -> LedgerJson.read(file, content, LedgerJson::closing));
  }

  /**
   * Settles which windows of a table an epoch closes, before anything of it is committed.
   *
   * @return what is settled: this, or what was before
   */
  public Closing settleClosing(long number, String table, Closing closing) {
    storage.putIfAbsent(file(number, "closing." + table), LedgerJson.write(closing));
    return closing(number, table).orElse(closing);
  }

  /** Settles it anew, when nobody can commit by what was settled before. */
  public void resettleClosing(long number, String table, Closing closing) {
    storage.replace(file(number, "closing." + table), LedgerJson.write(closing));
  }

  /** What attempts at an epoch have decided, one round after the other. */
  public List<Decisions> rounds(long number) {
    List<Decisions> rounds = new ArrayList<>();
    Optional<Decisions> next = round(number, 1);
    while (next.isPresent()) {
      rounds.add(next.get());
      next = round(number, rounds.size() + 1);
    }
    return rounds;
  }

  /**
   * What is decided in a round; empty as long as nobody has got to it.
   *
   * @param round 1 for the first
   */
  public Optional<Decisions> round(long number, int round) {
    return read(number, DECIDED + "-" + round, LedgerJson::decisions);
  }

  /**
   * Decides what an epoch puts into tables, before anything of it is committed.
   *
   * @param round the one behind those that the attempt knew when it began, so that nothing is
   *     decided of what others have decided meanwhile
   * @return false when others have decided in that round: what they say holds
   */
  public boolean decide(long number, int round, Decisions decisions) {
    return storage.putIfAbsent(file(number, DECIDED + "-" + round), LedgerJson.write(decisions));
  }

  /** What an epoch puts into a table of windows; empty as long as no attempt has decided it. */
  public Optional<Decision> decision(long number, String dataset) {
    // Empty for an instant on a store that empties a file before it writes it anew.
    Path file = file(number, DECIDED + "." + dataset);
    return storage
        .read(file)
        .filter(content -> content.length > 0)
        .map(content -> LedgerJson.read(file, content, LedgerJson::decision));
  }

  /**
   * Decides what an epoch puts into a table of windows, before anything of it is committed.
   *
   * @param isThere whether the files of an earlier decision still are: without them it is void
   * @return what is decided: this, or what was before of the same basis
   */
  public Decision decide(long number, Decision decision, Predicate<Decision> isThere) {
    Path file = file(number, DECIDED + "." + decision.dataset());
    if (storage.putIfAbsent(file, LedgerJson.write(decision))) {
      return decision;
    }
    Optional<Decision> before =
        decision(number, decision.dataset())
            .filter(earlier -> earlier.basis().equals(decision.basis()))
            .filter(isThere);
    if (before.isEmpty()) {
      storage.replace(file, LedgerJson.write(decision));
    }
    return before.orElse(decision);
  }

  /** Remembers, before an epoch is done, that files of it are to go after that. */
  public void owe(long number) {
    storage.putIfAbsent(file(number, AFTER), LedgerJson.bytes(LedgerJson.object()));
  }

  /** Epochs whose files are still to go. */
  public SortedSet<Long> owed() {
    SortedSet<Long> owed = new TreeSet<>();
    for (Entry entry : entries()) {
      if (entry.kind().equals(AFTER)) {
        owed.add(entry.number());
      }
    }
    return owed;
  }

  /** Files of an epoch have gone, as far as they can. */
  public void settled(long number) {
    storage.delete(file(number, AFTER));
  }

  /**
   * The tables that are being computed anew; empty when none are.
   *
   * @param contents of this ledger
   * @throws LeaseLostException when others have gone on since the contents were read
   */
  public Optional<FullRefresh> refresh(Contents contents) {
    Set<String> open = FullRefresh.open(contents.positions());
    List<FullRefresh> known = refreshes();
    known.forEach(each -> open.remove(each.id()));
    if (!open.isEmpty()) {
      throw new LeaseLostException(name, "another run has ended " + open);
    }
    return underWay(contents, known).stream().reduce((first, last) -> last);
  }

  /** Forgets those that are over, and those of runs that slept while others went on. */
  public void forgetRefreshes(Contents contents) {
    List<FullRefresh> known = refreshes();
    List<FullRefresh> underWay = underWay(contents, known);
    for (FullRefresh each : known) {
      // Needed until the tables have taken their places, which is before that epoch is done.
      boolean isEnding =
          contents.undone().filter(plan -> each.hasEnded(plan.positions())).isPresent();
      if (!isEnding && !underWay.contains(each)) {
        storage.delete(file(each));
      }
    }
  }

  /** The one that counts is the last of them. */
  private static List<FullRefresh> underWay(Contents contents, List<FullRefresh> known) {
    List<FullRefresh> underWay = new ArrayList<>();
    for (FullRefresh each : known) {
      String before = underWay.isEmpty() ? "" : underWay.get(underWay.size() - 1).id();
      boolean mayBegin = each.number() > contents.lastPlanned() && each.replaces().equals(before);
      if (!each.hasEnded(contents.positions())
          && (each.hasBegun(contents.positions()) || mayBegin)) {
        underWay.add(each);
      }
    }
    return underWay;
  }

  /** Those whose tables take their places in an epoch that is not done. */
  public Optional<FullRefresh> ending(Contents contents) {
    return contents
        .undone()
        .flatMap(
            plan ->
                refreshes().stream()
                    .filter(each -> each.hasEnded(plan.positions()))
                    .reduce((first, last) -> last));
  }

  /**
   * Names every time that tables began to be computed anew, as far as it is not forgotten. A run
   * that finds one more while it is alive may not go on: epochs are done now without rows for
   * tables that it has, since others compute these anew.
   */
  public Set<String> begunRefreshes() {
    Set<String> begun = new TreeSet<>();
    refreshFiles().forEach(file -> begun.add(file.getName()));
    return begun;
  }

  private List<FullRefresh> refreshes() {
    List<FullRefresh> all = new ArrayList<>();
    for (Path file : refreshFiles()) {
      storage
          .read(file)
          .map(json -> LedgerJson.read(file, json, LedgerJson::refresh))
          .ifPresent(all::add);
    }
    return all;
  }

  private List<Path> refreshFiles() {
    return storage.list(refreshes).stream()
        .map(FileStatus::getPath)
        .filter(file -> !file.getName().startsWith("."))
        .toList();
  }

  /**
   * Begins to compute tables anew: with the next epoch, before it is planned.
   *
   * @return it, as the attempt that nobody has made before
   */
  public FullRefresh begin(FullRefresh refresh) {
    FullRefresh attempt = refresh;
    while (!storage.putIfAbsent(file(attempt), LedgerJson.write(attempt))) {
      attempt = attempt.next();
    }
    return attempt;
  }

  private Path file(FullRefresh refresh) {
    return new Path(
        refreshes,
        String.format(Locale.ROOT, "%012d-%04d.json", refresh.number(), refresh.attempt()));
  }

  /** Marks an epoch as done. Doing it again changes nothing. */
  public void done(EpochResult result) {
    storage.putIfAbsent(file(result.number(), DONE), LedgerJson.write(result));
    LedgerSignals.changed(key());
  }

  public Optional<EpochResult> result(long number) {
    return read(number, DONE, LedgerJson::result);
  }

  /** Says why an epoch is not done; a later attempt may say it anew or get it done. */
  public void failed(EpochFailure failure) {
    storage.replace(file(failure.number(), "failed"), LedgerJson.write(failure));
    LedgerSignals.changed(key());
  }

  public Optional<EpochFailure> failure(long number) {
    // Empty for an instant on a store that empties a file before it writes it anew.
    return storage
        .read(file(number, "failed"))
        .filter(content -> content.length > 0)
        .map(content -> LedgerJson.read(file(number, "failed"), content, LedgerJson::failure));
  }

  /** Forgets an earlier attempt's failure, before the next attempt. */
  public void clearFailure(long number) {
    storage.delete(file(number, "failed"));
  }

  /** Sums up the positions after a plan, when it is time; true when it was. */
  boolean sumUp(long number, Map<String, SourcePosition> positions) {
    if (number % retention.sumUpEvery() != 0) {
      return false;
    }
    storage.putIfAbsent(file(number, "positions"), LedgerJson.write(positions));
    return true;
  }

  /**
   * Deletes what is no longer needed of epochs long done, once the positions after a later one are
   * summed up. Plans go first: who decides an epoch and finds its plan there afterwards has not
   * decided it a second time.
   *
   * @throws io.lakebeam.storage.StorageException when that may not be; what is left does no harm
   */
  void prune(long summedUp) {
    List<Entry> old = new ArrayList<>(entries());
    old.removeIf(entry -> entry.number() > summedUp - retention.keepEpochs());
    old.sort(Comparator.comparing(entry -> !entry.file().getName().endsWith(".json")));
    old.forEach(entry -> storage.delete(entry.file()));
  }

  /**
   * True while an epoch may be decided and committed: false once it is done, though it may be
   * forgotten since, and what was decided of it with it.
   */
  public boolean isUnderWay(long number) {
    return result(number).isEmpty() && plan(number).isPresent();
  }

  /**
   * What was decided of epochs that were done before a time. Nobody needs it but a run that has
   * been suspended in such an epoch since, and it tells the least and greatest values of columns.
   */
  public List<FileStatus> carriedOut(Instant before) {
    List<Entry> entries = entries();
    Set<Long> done = new HashSet<>();
    for (Entry entry : entries) {
      if (entry.kind().equals(DONE)
          && entry.status().getModificationTime() < before.toEpochMilli()) {
        done.add(entry.number());
      }
    }
    return entries.stream()
        .filter(entry -> entry.kind().startsWith(DECIDED) && done.contains(entry.number()))
        .map(Entry::status)
        .toList();
  }

  /**
   * The data files that decisions name of epochs that are not done, as the log of their tables will
   * name them: whoever carries an epoch out commits them, however old they are.
   */
  public Set<String> pendingFiles() {
    List<Entry> entries = entries();
    Set<Long> done = new HashSet<>();
    entries.stream()
        .filter(entry -> entry.kind().equals(DONE))
        .forEach(entry -> done.add(entry.number()));
    Set<String> pending = new HashSet<>();
    for (Entry entry : entries) {
      if (!done.contains(entry.number())) {
        for (Decision decision : decisions(entry)) {
          decision.files().forEach(file -> pending.add(file.path()));
          decision.quarantineFiles().forEach(file -> pending.add(file.path()));
          decision.logFiles().forEach(file -> pending.add(file.path()));
        }
      }
    }
    return pending;
  }

  private Collection<Decision> decisions(Entry entry) {
    String kind = entry.kind();
    if (kind.startsWith(DECIDED + "-")) {
      return read(entry.number(), kind, LedgerJson::decisions)
          .map(decisions -> decisions.made().values())
          .orElse(List.of());
    }
    return kind.startsWith(DECIDED + ".")
        ? decision(entry.number(), kind.substring(DECIDED.length() + 1)).stream().toList()
        : List.of();
  }

  /** Adds what a plan says to what was known. */
  static void merge(Map<String, SourcePosition> known, Map<String, SourcePosition> news) {
    news.forEach((source, position) -> known.merge(source, position, SourcePosition::plus));
  }

  private <T> Optional<T> read(long number, String kind, Function<byte[], T> reader) {
    Path file = file(number, kind);
    return storage.read(file).map(content -> LedgerJson.read(file, content, reader));
  }

  private Path file(long number, String kind) {
    return new Path(epochs, String.format(Locale.ROOT, "%012d.%s", number, kind));
  }
}
