/**
 * What a triggered update costs, and what native Spark Structured Streaming takes for the same
 * work. Every engine runs in a JVM of its own and leaves its {@link io.lakebeam.benchmark.Figures}
 * in a file.
 */
package io.lakebeam.benchmark;
