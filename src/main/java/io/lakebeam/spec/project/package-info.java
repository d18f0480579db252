/** The folder that a pipeline and its files are in, and how pipelines are found. */
package io.lakebeam.spec.project;
