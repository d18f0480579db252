/**
 * Aggregates whose states merge, and windows over event time: what views and streams keep of
 * groups.
 */
package io.lakebeam.sql.catalyst.group;
