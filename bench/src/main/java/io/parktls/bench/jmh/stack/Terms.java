package io.parktls.bench.jmh.stack;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;

/**
 * What a client and a server are to agree on.
 *
 * @param key the kind of the server's key, and of its authority's
 * @param group the key exchange group
 * @param suite a suite of TLS 1.3
 */
public record Terms(KeyKind key, NamedGroup group, CipherSuite suite) {
    @Override
    public String toString() {
        return key + ", " + group + ", " + suite;
    }
}
