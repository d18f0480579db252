/** What the shipped pipeline of vehicles has in Java. */
package io.lakebeam.vehicles;
