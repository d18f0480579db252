/**
 * Shows datasets in a PostgreSQL database as they are. All that an epoch has changed gets there in
 * one transaction, which also writes how far the database is ({@link
 * io.lakebeam.sink.mirror.Progress}); so whatever ends a run in between, or the database, nothing
 * is there twice and nothing is missing.
 */
package io.lakebeam.sink.mirror;
