/**
 * Writes Power BI projects over the tables of a pipeline: a semantic model in TMDL and a report in
 * PBIR, with no secret in them. The same pipeline gives the same files.
 */
package io.lakebeam.powerbi;
