/**
 * Files of Delta Live Tables as they are written: SQL and notebooks, taken apart into statements.
 * What they mean for a pipeline is said in {@code spec}.
 */
package io.lakebeam.spec.dlt;
