/** Rows on their way from slices through flows and rules to data files. */
package io.lakebeam.pipeline.graph.flow;
