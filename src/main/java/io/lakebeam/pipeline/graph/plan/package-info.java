/** Plans of epochs on their way into the graph, and what every function knows of them. */
package io.lakebeam.pipeline.graph.plan;
