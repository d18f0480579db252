/** Runs the tests of a pipeline: real updates of a lake of their own, without a broker. */
package io.lakebeam.unittest;
