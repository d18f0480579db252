/** Tables of the lake whose rows are read again, for others that were declared later. */
package io.lakebeam.source.table;
