/**
 * What is in a lake, for whoever looks: commands and the console. Nothing here changes anything,
 * and no run has to be under way.
 */
package io.lakebeam.lake;
