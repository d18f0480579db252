/** A declared pipeline into one that is known to be right. */
package io.lakebeam.pipeline.compile;
