package io.parktls;

/** An identity of a context: one that stays the same, or one that renews itself. Thread-safe. */
public sealed interface TlsIdentitySource permits TlsIdentity, WatchedIdentity {
    /** {@return the identity for handshakes that begin now} */
    TlsIdentity current();
}
