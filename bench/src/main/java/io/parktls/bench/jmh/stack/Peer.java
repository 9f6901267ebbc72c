package io.parktls.bench.jmh.stack;

import io.parktls.bench.tool.Engine;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** The TLS implementations that are compared. */
public enum Peer {
    PARKTLS("ParkTLS", (terms, pki) -> ParkTlsStack.overWire(Engine.BC, terms, pki)),
    PARKTLS_NATIVE("ParkTLS, native", (terms, pki) -> ParkTlsStack.overWire(Engine.BC_NATIVE, terms, pki)),
    SUN_JSSE("SunJSSE", JsseStack::sun),
    TCNATIVE("Netty, tcnative", NettyStack::new),
    CONSCRYPT("Conscrypt", ConscryptStack::new),
    BC_LIGHTWEIGHT("BC, BcTlsCrypto", BouncyCastleStack::lightweight),
    BC_JCA("BC, JcaTlsCrypto", BouncyCastleStack::jca),
    BC_JSSE("BCJSSE", BcJsseStack::new);

    private interface Opener {
        Stack open(Terms terms, Pki pki) throws GeneralSecurityException, IOException;
    }

    private final String label;

    @SuppressWarnings("ImmutableEnumChecker") // they hold no state
    private final Opener opener;

    Peer(String label, Opener opener) {
        this.label = label;
        this.opener = opener;
    }

    /**
     * Opens the stack with these parameters.
     *
     * @throws IOException if it does not support them
     */
    public Stack open(Terms terms, Pki pki) throws IOException {
        try {
            return opener.open(terms, pki);
        } catch (GeneralSecurityException e) {
            throw new IOException(this + " does not support " + terms, e);
        }
    }

    @Override
    public String toString() {
        return label;
    }
}
