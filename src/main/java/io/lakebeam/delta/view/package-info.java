/**
 * Materialized views kept up to date from the Delta log of the table they follow: what a new row
 * adds to its group, how parts of groups add up, and how the result replaces files of the view.
 */
package io.lakebeam.delta.view;
