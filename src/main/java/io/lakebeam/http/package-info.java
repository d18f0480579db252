/** Answers of servers, bounded in time and in size; knows the JDK and the bounds only. */
package io.lakebeam.http;
