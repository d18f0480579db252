/** Tables that hold the newest row of each key, or every row that there has been of it. */
package io.lakebeam.delta.upsert;
