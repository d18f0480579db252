package io.lakebeam.benchmark;

import java.util.Map;

/**
 * How to reach the benchmark's topic; travels to child processes in their environment, because it
 * holds a secret.
 */
record Topic(String bootstrapServers, String connectionString, String trustStore, String password) {
  static final String NAME = "flights";
  static final int PARTITIONS = 4;
  static final String CONNECTION_STRING = "BENCHMARK_CONNECTION_STRING";

  private static final String SERVERS = "BENCHMARK_BOOTSTRAP_SERVERS";
  private static final String TRUST_STORE = "BENCHMARK_TRUST_STORE";
  private static final String PASSWORD = "BENCHMARK_TRUST_STORE_PASSWORD";

  /** Variables, named as in the benchmark's pipeline file. */
  Map<String, String> environment() {
    return Map.of(
        SERVERS,
        bootstrapServers,
        CONNECTION_STRING,
        connectionString,
        TRUST_STORE,
        trustStore,
        PASSWORD,
        password);
  }

  static Topic of(Map<String, String> environment) {
    return new Topic(
        environment.get(SERVERS),
        environment.get(CONNECTION_STRING),
        environment.get(TRUST_STORE),
        environment.get(PASSWORD));
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return NAME + " at " + bootstrapServers;
  }
}
