/**
 * Queries of any shape: their plan as operators between which rows are exchanged, and the operators
 * at work on the rows that meet.
 */
package io.lakebeam.sql.catalyst.operator;
