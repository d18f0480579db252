/** What a pipeline's author says of its Power BI project: measures and pages. */
package io.lakebeam.spec.powerbi;
