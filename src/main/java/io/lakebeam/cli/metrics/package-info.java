/** What a run tells Prometheus. */
package io.lakebeam.cli.metrics;
