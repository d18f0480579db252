/** Rows of tables that a worker holds in memory for joins and against duplicates. */
package io.lakebeam.pipeline.graph.held;
