/** Pipelines in tests of JUnit 5, which whoever writes such tests has; no run needs it. */
package io.lakebeam.junit;
