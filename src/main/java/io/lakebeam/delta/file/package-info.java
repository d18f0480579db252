/** Data files of tables: rows into Parquet with Delta's statistics, and back. */
package io.lakebeam.delta.file;
