package io.lakebeam.source;

/**
 * What a ledger says was written by a version of Lakebeam that is newer than this one. The message
 * names what is not known; whoever reads the file says which file it is.
 */
public final class UnknownVersionException extends RuntimeException {
  UnknownVersionException(String what) {
    super(what);
  }
}
