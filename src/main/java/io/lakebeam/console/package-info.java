/**
 * The console: a web page over the lakes of pipelines, whoever runs them and wherever. It reads
 * ledgers, event logs and tables; what it changes are refused rows, by the code of the commands.
 *
 * <p>{@link io.lakebeam.console.ConsoleServer} is the server, {@link
 * io.lakebeam.console.ConsoleAccess} says who may do what, and each class whose name ends with
 * {@code Api} answers what one page of the console asks for.
 */
package io.lakebeam.console;
