/**
 * YAML files as trees whose every node knows its place, and whether they have the shape that they
 * should.
 */
package io.lakebeam.spec.yaml;
