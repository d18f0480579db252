package io.lakebeam.benchmark;

import io.lakebeam.demo.EmbeddedBroker;
import io.lakebeam.demo.EventPublisher;
import io.lakebeam.demo.FlightGenerator;
import io.lakebeam.demo.Pace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * The broker with its events, in a JVM of its own, so that neither its heap nor its compiler is the
 * engine's. Prints what a client must know once everything is published, and ends when its input
 * does: with the process that started it, however that one ends.
 */
final class BrokerProcess {
  private BrokerProcess() {}

  /**
   * @param arguments the broker's folder, how many events to publish, and their seed
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Path.of(arguments[0]);
    long events = Long.parseLong(arguments[1]);
    FlightGenerator generator = new FlightGenerator(Long.parseLong(arguments[2]));
    try (EmbeddedBroker broker =
        EmbeddedBroker.start(folder, System.getenv(Topic.CONNECTION_STRING))) {
      broker.createTopic(Topic.NAME, Topic.PARTITIONS);
      Map<String, Object> client = broker.clientProperties();
      new EventPublisher(client, Topic.NAME, generator)
          .publish(events, Pace.unlimited(), moment -> {});
      System.out.println(broker.bootstrapServers());
      System.out.println(client.get("ssl.truststore.location"));
      System.out.println(client.get("ssl.truststore.password"));
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
