package io.parktls.bench.jmh.stack;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;

/**
 * The parameters that a client and a server have to negotiate.
 *
 * @param key the kind of the keys of the server and of its authority
 * @param group the key exchange group
 * @param suite the cipher suite, one of TLS 1.3
 * @param resumed whether all connections but the first resume a session (RFC 8446 2.2); otherwise none does
 */
public record Terms(KeyKind key, NamedGroup group, CipherSuite suite, boolean resumed) {
    /** The parameters of full handshakes. */
    public Terms(KeyKind key, NamedGroup group, CipherSuite suite) {
        this(key, group, suite, false);
    }

    /** The same parameters, for connections that resume sessions. */
    public Terms resuming() {
        return new Terms(key, group, suite, true);
    }

    @Override
    public String toString() {
        return key + ", " + group + ", " + suite + (resumed ? ", resumed" : "");
    }
}
