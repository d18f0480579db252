package io.lakebeam.demo;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A broker in a JVM of its own, to be killed. */
final class BrokerProcess {
  private BrokerProcess() {}

  /** Starts a broker, publishes the first n events, says so and waits for its end. */
  static Process start(Path folder, String secret, String topic, int partitions, long n)
      throws java.io.IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            BrokerProcess.class.getName(),
            folder.toString(),
            secret,
            topic,
            Integer.toString(partitions),
            Long.toString(n))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  public static void main(String[] args) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(args[0]), args[1])) {
      broker.createTopic(args[2], Integer.parseInt(args[3]));
      long sent =
          new EventPublisher(broker.clientProperties(), args[2], new FlightGenerator(7))
              .publish(Long.parseLong(args[4]), Pace.unlimited(), moment -> {});
      System.out.println("published " + sent);
      new CountDownLatch(1).await();
    }
  }
}
