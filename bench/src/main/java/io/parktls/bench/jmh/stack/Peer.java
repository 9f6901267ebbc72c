package io.parktls.bench.jmh.stack;

import io.parktls.bench.tool.Engine;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Set;

/** The TLS implementations that are compared. */
public enum Peer {
    PARKTLS("ParkTLS", (terms, pki) -> ParkTlsStack.overWire(Engine.BC, terms, pki, false)),
    PARKTLS_NATIVE("ParkTLS, native", (terms, pki) -> ParkTlsStack.overWire(Engine.BC_NATIVE, terms, pki, false)),
    PARKTLS_DIRECT("ParkTLS, direct", (terms, pki) -> ParkTlsStack.overWire(Engine.BC, terms, pki, true)),
    PARKTLS_ENGINE("ParkTLS, SSLEngine", (terms, pki) -> JsseStack.parkTls(terms, pki, false)),
    PARKTLS_ENGINE_DIRECT("ParkTLS, SSLEngine, direct", (terms, pki) -> JsseStack.parkTls(terms, pki, true)),
    SUN_JSSE("SunJSSE", (terms, pki) -> JsseStack.sun(terms, pki, false)),
    SUN_JSSE_DIRECT("SunJSSE, direct", (terms, pki) -> JsseStack.sun(terms, pki, true)),
    TCNATIVE("Netty, tcnative", NettyStack::new),
    CONSCRYPT("Conscrypt", ConscryptStack::new),
    BC_LIGHTWEIGHT("BC, BcTlsCrypto", BouncyCastleStack::lightweight),
    BC_JCA("BC, JcaTlsCrypto", BouncyCastleStack::jca),
    BC_JSSE("BCJSSE", BcJsseStack::new);

    private interface Opener {
        Stack open(Terms terms, Pki pki) throws GeneralSecurityException, IOException;
    }

    /** Peers that differ from another one only by the kind of buffers. They are measured only where that matters. */
    public static final Set<Peer> DIRECT = Set.of(PARKTLS_DIRECT, PARKTLS_ENGINE_DIRECT, SUN_JSSE_DIRECT);

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
