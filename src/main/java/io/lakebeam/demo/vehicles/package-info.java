/**
 * The world of the demo of vehicles: positions, and what the shipped pipeline must make of them.
 */
package io.lakebeam.demo.vehicles;
