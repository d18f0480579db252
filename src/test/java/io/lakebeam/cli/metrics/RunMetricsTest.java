package io.lakebeam.cli.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.RuleResult;
import io.lakebeam.epoch.EpochResult.UpsertResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class RunMetricsTest {
  private static final Pattern METRIC = Pattern.compile("lakebeam_[a-z_]+");

  @Test
  void prometheusGetsWhatARunHasDoneAndTheDashboardAsksForNothingElse() throws Exception {
    String told;
    try (RunMetrics metrics =
        new RunMetrics("p", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      metrics.done(result(1, 7, 2), 1500);
      metrics.done(result(2, 3, 0), 500);
      metrics.warning("something");
      told = ask(metrics.port());
    }
    for (String line :
        List.of(
            "lakebeam_epochs_total{pipeline=\"p\"} 2.0",
            "lakebeam_epoch_duration_seconds_count{pipeline=\"p\"} 2",
            "lakebeam_epoch_duration_seconds_sum{pipeline=\"p\"} 2.0",
            "lakebeam_last_epoch_timestamp_seconds{pipeline=\"p\"} 1.767225602E9",
            "lakebeam_rows_total{dataset=\"silver\",pipeline=\"p\",result=\"accepted\"} 10.0",
            "lakebeam_rows_total{dataset=\"silver\",pipeline=\"p\",result=\"quarantined\"} 2.0",
            "lakebeam_rows_total{dataset=\"silver\",pipeline=\"p\",result=\"dropped\"} 0.0",
            "lakebeam_rows_total{dataset=\"silver\",pipeline=\"p\",result=\"duplicate\"} 8.0",
            "lakebeam_expectation_rows_total{dataset=\"silver\",expectation=\"small\","
                + "pipeline=\"p\",result=\"failed\"} 2.0",
            "lakebeam_files_set_aside_total{pipeline=\"p\"} 0.0",
            "lakebeam_warnings_total{pipeline=\"p\"} 1.0")) {
      assertTrue(told.lines().anyMatch(line::equals), line + " is not in\n" + told);
    }
    Set<String> asked = asked();
    assertFalse(asked.isEmpty());
    Set<String> answered =
        METRIC.matcher(told).results().map(each -> each.group()).collect(Collectors.toSet());
    assertTrue(answered.containsAll(asked), asked + " of " + answered);
  }

  /** The metrics that the dashboard's queries name. */
  private static Set<String> asked() throws IOException {
    JsonNode dashboard =
        new ObjectMapper()
            .readTree(Files.readString(Path.of("docs/guides/grafana-dashboard.json")));
    Set<String> asked = new TreeSet<>();
    for (JsonNode expression : dashboard.findValues("expr")) {
      Matcher names = METRIC.matcher(expression.asText());
      while (names.find()) {
        asked.add(names.group());
      }
    }
    return asked;
  }

  private static EpochResult result(long number, long accepted, long quarantined) {
    DatasetResult silver =
        new DatasetResult(
            "silver",
            "committed",
            number,
            accepted + quarantined + 4,
            accepted,
            0,
            4,
            quarantined,
            0,
            1,
            100,
            Map.of("small", new RuleResult(accepted, quarantined)),
            UpsertResult.NONE);
    Instant at = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(number);
    return new EpochResult("p", number, at, at, List.of(silver));
  }

  private static String ask(int port) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void anAddressIsAPortWithOrWithoutAHost() {
    MetricsAddress address = new MetricsAddress();
    assertTrue(address.convert(":9400").getAddress().isAnyLocalAddress());
    assertEquals(9400, address.convert(":9400").getPort());
    assertTrue(address.convert("localhost:0").getAddress().isLoopbackAddress());
    for (String wrong : List.of("9400", ":", ":99999", "localhost:x", "")) {
      assertThrows(TypeConversionException.class, () -> address.convert(wrong), wrong);
    }
  }
}
