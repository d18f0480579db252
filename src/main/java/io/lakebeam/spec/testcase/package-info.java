/** Tests of a pipeline as their author writes them: rows for its sources, rows of its tables. */
package io.lakebeam.spec.testcase;
