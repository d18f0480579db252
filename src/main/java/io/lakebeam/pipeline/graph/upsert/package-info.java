/** Tables whose rows follow from changes: brought up to date once the changes are committed. */
package io.lakebeam.pipeline.graph.upsert;
