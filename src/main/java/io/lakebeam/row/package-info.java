/**
 * Rows as they flow from decoder to data file: Spark's internal rows. Texts are bytes ({@code
 * UTF8String}), instants microseconds, dates days, numbers with a point {@code Decimal}. Beam's
 * rows are made of them where an author's transform begins, and nowhere else.
 */
package io.lakebeam.row;
