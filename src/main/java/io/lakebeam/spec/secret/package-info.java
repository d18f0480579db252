/**
 * References to secrets, what they are resolved to, and what keeps them out of all that is said.
 */
package io.lakebeam.spec.secret;
