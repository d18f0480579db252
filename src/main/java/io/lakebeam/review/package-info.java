/** What people do with refused rows, at a terminal or in the console: correct, try, put back. */
package io.lakebeam.review;
