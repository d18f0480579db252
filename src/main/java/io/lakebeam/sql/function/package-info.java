/**
 * What the SQL function library runs on each row: static methods called by the code Beam SQL
 * generates, hence public; nobody else calls them. Arguments and results are null for SQL's NULL.
 * Dates are days and timestamps milliseconds since 1970-01-01 UTC, as inside Calcite.
 */
package io.lakebeam.sql.function;
