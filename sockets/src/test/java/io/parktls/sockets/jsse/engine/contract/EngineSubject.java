package io.parktls.sockets.jsse.engine.contract;

import io.parktls.sockets.jsse.contract.Credentials;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** The subject of a fact: creates engines of the tested implementation and of its peer. */
final class EngineSubject {
    private final EngineContract.Pairing pairing;
    private final Map<Object, Object> made = new HashMap<>();
    private @Nullable EngineSession shared;

    EngineSubject(EngineContract.Pairing pairing) {
        this.pairing = pairing;
    }

    EngineContract.Pairing pairing() {
        return pairing;
    }

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

    /** Returns a session that several facts use, since a handshake takes most of the time of a fact. */
    EngineSession sharedSession() throws Exception {
        EngineSession session = shared;
        if (session == null) {
            session = pair().established();
            shared = session;
        }
        session.pump();
        session.tested().received();
        session.peer().received();
        return session;
    }

    /** Forgets the shared session, which a failed fact may have left in any state. */
    void forgetSharedSession() {
        shared = null;
    }

    /** Makes something that several facts look at, once; making it takes most of the time of a fact. */
    <T> T once(Object key, Callable<T> making) throws Exception {
        Object known = made.get(key);
        if (known == null) {
            known = making.call();
            made.put(key, known);
        }
        @SuppressWarnings("unchecked") // Each key is used with one type.
        T typed = (T) known;
        return typed;
    }

    /** Returns an engine without settings and without a mode. */
    SSLEngine engine() throws GeneralSecurityException {
        return pairing.tested().sharedContext(Credentials.CLIENT).createSSLEngine();
    }
}
