/** Functions within expressions: the authors' own in Java, and Spark's where they need bounds. */
package io.lakebeam.sql.catalyst.function;
