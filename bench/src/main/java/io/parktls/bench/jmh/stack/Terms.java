package io.parktls.bench.jmh.stack;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;

/**
 * The parameters that a client and a server have to negotiate.
 *
 * @param key the kind of the keys of the server and of its authority
 * @param group the key exchange group
 * @param suite the cipher suite, one of TLS 1.3
 */
public record Terms(KeyKind key, NamedGroup group, CipherSuite suite) {
    @Override
    public String toString() {
        return key + ", " + group + ", " + suite;
    }
}
