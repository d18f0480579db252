package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.Slice.KafkaRange;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NewestRecordsTest {
  private static Discovery topic(long... ends) {
    List<Slice> slices = new ArrayList<>();
    Map<Integer, Long> next = new TreeMap<>();
    for (int partition = 0; partition < ends.length; partition++) {
      slices.add(new KafkaRange("s", "t", partition, 0, ends[partition]));
      next.put(partition, ends[partition]);
    }
    return new Discovery(slices, new SourcePosition.Offsets(next), false, List.of());
  }

  private static List<String> newest(long most, long... ends) {
    SourceDiscovery all = (since, maxRows) -> topic(ends);
    Discovery found = new NewestRecords(all, most).present(new SourcePosition.Offsets(Map.of()));
    return found.slices().stream().map(Object::toString).toList();
  }

  @Test
  void theLastOfEachPartitionAreTaken() {
    assertEquals(List.of("t-0@950..1000", "t-1@450..500"), newest(100, 1000, 500));
    assertEquals(
        List.of("t-0@0..10", "t-1@910..1000"),
        newest(100, 10, 1000),
        "what one lacks, another has");
    assertEquals(List.of("t-0@9..10", "t-1@9..10"), newest(2, 10, 10, 10), "no more than that");
    assertEquals(List.of("t-1@2..3"), newest(1, 0, 3));
  }

  @Test
  void whatComesLaterIsNoNews() {
    SourceDiscovery all = (since, maxRows) -> topic(1000);
    Discovery first = new NewestRecords(all, 10).present(new SourcePosition.Offsets(Map.of()));
    Discovery second = new NewestRecords(all, 10).discover(first.position(), 100);
    assertEquals(List.of(), second.slices());
    assertEquals(first.position(), second.position());
  }
}
