/**
 * Views that are computed from tables as they stand: what is to be read, the operators between
 * which rows are exchanged, and what takes the place of the view's rows.
 */
package io.lakebeam.pipeline.graph.computed;
