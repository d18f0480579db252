/** The world of the demo of stocks: trades, and what the shipped pipeline must make of them. */
package io.lakebeam.demo.stocks;
