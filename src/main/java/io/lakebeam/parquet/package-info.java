/** Rows out of Parquet files: one reader for sources and for the lake's own data files. */
package io.lakebeam.parquet;
