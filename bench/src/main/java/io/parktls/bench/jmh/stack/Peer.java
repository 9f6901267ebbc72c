package io.parktls.bench.jmh.stack;

import io.parktls.bench.tool.Engine;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** Who takes part in the comparison. */
public enum Peer {
    PARKTLS("ParkTLS") {
        @Override
        Stack make(Terms terms, Pki pki) throws GeneralSecurityException {
            return ParkTlsStack.overWire(Engine.BC, terms, pki);
        }
    },
    PARKTLS_NATIVE("ParkTLS, native") {
        @Override
        Stack make(Terms terms, Pki pki) throws GeneralSecurityException {
            return ParkTlsStack.overWire(Engine.BC_NATIVE, terms, pki);
        }
    },
    SUN_JSSE("SunJSSE") {
        @Override
        Stack make(Terms terms, Pki pki) throws GeneralSecurityException {
            return JsseStack.sun(terms, pki);
        }
    },
    TCNATIVE("Netty, tcnative") {
        @Override
        Stack make(Terms terms, Pki pki) throws IOException {
            return new NettyStack(terms, pki);
        }
    },
    CONSCRYPT("Conscrypt") {
        @Override
        Stack make(Terms terms, Pki pki) throws GeneralSecurityException {
            return new ConscryptStack(terms, pki);
        }
    },
    BC_LIGHTWEIGHT("BC, BcTlsCrypto") {
        @Override
        Stack make(Terms terms, Pki pki) throws GeneralSecurityException, IOException {
            return BouncyCastleStack.lightweight(terms, pki);
        }
    },
    BC_JCA("BC, JcaTlsCrypto") {
        @Override
        Stack make(Terms terms, Pki pki) throws GeneralSecurityException, IOException {
            return BouncyCastleStack.jca(terms, pki);
        }
    },
    BC_JSSE("BCJSSE") {
        @Override
        Stack make(Terms terms, Pki pki) throws GeneralSecurityException {
            return new BcJsseStack(terms, pki);
        }
    };

    private final String label;

    Peer(String label) {
        this.label = label;
    }

    /**
     * That stack, set up for these terms.
     *
     * @throws IOException if it cannot do them
     */
    public Stack open(Terms terms, Pki pki) throws IOException {
        try {
            return make(terms, pki);
        } catch (GeneralSecurityException e) {
            throw new IOException(this + " does not do " + terms, e);
        }
    }

    abstract Stack make(Terms terms, Pki pki) throws GeneralSecurityException, IOException;

    @Override
    public String toString() {
        return label;
    }
}
