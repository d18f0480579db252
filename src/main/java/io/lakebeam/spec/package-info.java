/**
 * What is declared: pipelines, their sources, datasets and stores, as records; reading them, every
 * problem with its place.
 */
package io.lakebeam.spec;
