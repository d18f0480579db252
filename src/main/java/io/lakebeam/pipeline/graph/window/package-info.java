/** Windows of streaming tables: which close with an epoch, and what they show. */
package io.lakebeam.pipeline.graph.window;
