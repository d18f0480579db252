/** A compiled pipeline as one Beam graph: its steps, what goes between them, and its ends. */
package io.lakebeam.pipeline.graph;
