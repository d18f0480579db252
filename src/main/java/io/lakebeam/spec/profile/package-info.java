/** Where a pipeline runs: runner profiles and Databricks workspaces. */
package io.lakebeam.spec.profile;
