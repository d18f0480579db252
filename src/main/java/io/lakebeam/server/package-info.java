/** Servers that answer browsers and readers: how they listen, encrypt, and know their own name. */
package io.lakebeam.server;
