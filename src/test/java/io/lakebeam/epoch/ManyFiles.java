package io.lakebeam.epoch;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Plans a folder of very many files, and prints what that takes: time, heap and what it leaves in
 * the ledger. No test; started by hand, with {@code -Xmx1g}.
 *
 * <pre>
 * ManyFiles FOLDER FILES [FILES_IN_A_FOLDER]
 * </pre>
 */
public final class ManyFiles {
  private static final long ROWS_OF_AN_EPOCH = 200_000;

  private ManyFiles() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    int files = Integer.parseInt(args[1]);
    int inFolder = args.length > 2 ? Integer.parseInt(args[2]) : 1000;
    land(folder.resolve("in"), files, inFolder);
    Path lake = folder.resolve("lake");
    SourceSpec source =
        new SourceSpec(
            "orders",
            new SourceSpec.Files(folder.resolve("in") + "/**", folder.toString()),
            new SourceSpec.Json(),
            TableSchema.of(Column.nullable("id", DataType.Primitive.INT)),
            false,
            SourceLocation.of("pipeline.yaml"));
    long start = System.nanoTime();
    EpochPlanner planner = planner(lake, source);
    planner.endAtPresent();
    told("listed", start);
    long planned = 0;
    for (Optional<EpochPlan> plan = planner.next(false, ROWS_OF_AN_EPOCH, true);
        plan.isPresent();
        plan = planner.next(false, ROWS_OF_AN_EPOCH, true)) {
      planned += plan.get().slices().size();
      new Ledger(Place.of(lake.toString()), "p")
          .done(
              new EpochResult(
                  "p",
                  plan.get().number(),
                  plan.get().plannedAt(),
                  Clock.systemUTC().instant(),
                  List.of()));
      told("epoch " + plan.get().number() + ", " + planned + " files", start);
    }
    long again = System.nanoTime();
    planner = planner(lake, source);
    told("the ledger read", again);
    planner.endAtPresent();
    told("and nothing new", again);
    if (planned != files || planner.next(false, ROWS_OF_AN_EPOCH, true).isPresent()) {
      throw new IllegalStateException(planned + " files planned");
    }
    new Ledger(Place.of(lake.toString()), "p", new Ledger.Retention(1, 1))
        .sumUp(999, planner.positions());
    try (Stream<Path> ledger = Files.list(lake.resolve("_lakebeam/p/epochs"))) {
      for (Path each : ledger.sorted().toList()) {
        System.out.printf(Locale.ROOT, "%s %,d bytes%n", each.getFileName(), Files.size(each));
      }
    }
  }

  private static void land(Path in, int files, int inFolder) throws IOException {
    for (int i = 0; i < files; i++) {
      Path day = in.resolve(String.format(Locale.ROOT, "day=%05d", i / inFolder));
      if (i % inFolder == 0) {
        if (Files.exists(day)) {
          i += inFolder - 1;
          continue;
        }
        Files.createDirectories(day);
      }
      Files.writeString(
          day.resolve(String.format(Locale.ROOT, "part-%07d-of-orders.json", i)), "{}\n");
    }
  }

  private static EpochPlanner planner(Path lake, SourceSpec source) {
    Ledger ledger = new Ledger(Place.of(lake.toString()), "p");
    return new EpochPlanner(
        "p",
        ledger,
        ledger.contents(),
        Map.of(
            source.name(), SourceDiscovery.of(Storage.PLAIN, source, secret -> secret.reference())),
        Map.of(source.name(), SourcePosition.start(source)),
        Map.of(),
        Map.of(),
        Map::of,
        Clock.systemUTC(),
        System.out::println);
  }

  private static void told(String what, long start) {
    long peak = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getCollectionUsage() != null) {
        peak += pool.getPeakUsage().getUsed();
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%-30s %,7d ms, heap at most %,d MB%n",
        what,
        (System.nanoTime() - start) / 1_000_000,
        peak >> 20);
  }
}
