/** How a table takes rows again that it has refused. */
package io.lakebeam.pipeline.replay;
