/**
 * Puts a pipeline into a Databricks workspace: as a bundle that Databricks' own command line
 * deploys, or straight through its REST API. Knows declarations and profiles, and no engine.
 */
package io.lakebeam.deploy;
