package io.lakebeam.epoch;

import io.lakebeam.storage.Storage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * The fields of a source's data that its schema does not know and that are to be columns, in the
 * order in which they were found: {@code columns/<source>/<n>.json} below the ledger's folder, put
 * if absent and never changed. So whoever reads the source agrees on them, whatever else is alive.
 */
public final class FoundColumns {
  private static final String JSON = ".json";

  private final Storage storage;
  private final Path folder;

  public FoundColumns(Ledger ledger, String source) {
    this.storage = ledger.storage();
    this.folder = new Path(new Path(ledger.folder(), "columns"), source);
  }

  /** What was found at a time, by its number; a name may come twice, in another case too. */
  public SortedMap<Long, List<String>> records() {
    SortedMap<Long, List<String>> records = new TreeMap<>();
    storage.list(folder).stream()
        .map(file -> file.getPath())
        .filter(file -> file.getName().matches("\\d{1,18}\\" + JSON))
        .forEach(
            file ->
                storage
                    .read(file)
                    .map(content -> LedgerJson.read(file, content, LedgerJson::names))
                    .ifPresent(names -> records.put(number(file), names)));
    return records;
  }

  /** All of them, in their order. */
  public List<String> names() {
    return names(records());
  }

  private static List<String> names(Map<Long, List<String>> records) {
    List<String> names = new ArrayList<>();
    records.values().forEach(names::addAll);
    return names;
  }

  /** Adds those that are not there yet, in any case. */
  public void add(Collection<String> found) {
    boolean isIn = false;
    while (!isIn) {
      SortedMap<Long, List<String>> records = records();
      Set<String> known = new HashSet<>();
      names(records).forEach(name -> known.add(name.toLowerCase(Locale.ROOT)));
      List<String> more =
          found.stream().filter(name -> known.add(name.toLowerCase(Locale.ROOT))).toList();
      long next = records.isEmpty() ? 1 : records.lastKey() + 1;
      // Where another one is faster, what it has found is looked at first.
      isIn = more.isEmpty() || storage.putIfAbsent(file(next), LedgerJson.writeNames(more));
    }
  }

  private Path file(long number) {
    return new Path(folder, String.format(Locale.ROOT, "%012d%s", number, JSON));
  }

  private static long number(Path file) {
    String name = file.getName();
    return Long.parseLong(name.substring(0, name.length() - JSON.length()));
  }
}
