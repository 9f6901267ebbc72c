package io.parktls.sockets.jsse.engine.contract;

import io.parktls.sockets.jsse.contract.Credentials;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLEngine;

/** The subject of a fact: creates engines of the tested implementation and of its peer. */
record EngineSubject(EngineContract.Pairing pairing) {
    String version() {
        return pairing.version();
    }

    boolean isClient() {
        return pairing.role() == Role.CLIENT;
    }

    /** Returns a client and a server that do not know each other yet. */
    EnginePair pair() {
        return new EnginePair(pairing);
    }

    /** Returns an engine without settings and without a mode. */
    SSLEngine engine() throws GeneralSecurityException {
        return pairing.tested().sharedContext(Credentials.CLIENT).createSSLEngine();
    }
}
