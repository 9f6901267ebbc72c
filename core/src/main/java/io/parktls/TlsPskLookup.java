package io.parktls;

import java.util.Optional;

/** Finds the external pre-shared keys of a server's clients. Thread-safe. */
@FunctionalInterface
public interface TlsPskLookup {
    /**
     * Returns the key with an identity. Called during handshakes; it may block, for instance to query a database, which
     * delays only the handshake that called it, and is interrupted at its deadline. If it throws, the handshake ends
     * with internal_error.
     *
     * @param identity the identity that the client sends, unauthenticated
     * @return the key, whose identity must be equal; empty if there is none
     */
    Optional<TlsPsk> find(byte[] identity);
}
