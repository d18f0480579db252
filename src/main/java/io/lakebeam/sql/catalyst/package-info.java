/**
 * Spark's Catalyst, as far as Lakebeam uses it: it parses, resolves and checks types, and generates
 * code; Beam executes. Nothing of a session or a cluster is started. The only package beside {@code
 * io.lakebeam.sql} that knows plans and expressions.
 */
package io.lakebeam.sql.catalyst;
