/**
 * Tables for readers of other systems, by the open protocol of Delta Sharing: they ask a server for
 * a table's files and read these.
 *
 * <p>{@link io.lakebeam.share.ShareServer} is the server, {@link io.lakebeam.share.Share} what it
 * shares, {@link io.lakebeam.share.ShareKey} decides who gets an answer, and {@link
 * io.lakebeam.share.ShareProfile} is what a recipient is given.
 */
package io.lakebeam.share;
