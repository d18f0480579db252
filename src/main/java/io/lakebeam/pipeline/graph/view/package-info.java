/** Materialized views: what is to be read for a refresh, and what they show. */
package io.lakebeam.pipeline.graph.view;
