/** Tries every connection, credential and permission that a pipeline needs, before it runs. */
package io.lakebeam.doctor;
