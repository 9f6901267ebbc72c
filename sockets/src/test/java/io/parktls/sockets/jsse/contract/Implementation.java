package io.parktls.sockets.jsse.contract;

import io.parktls.TlsContext;
import io.parktls.sockets.jsse.ParkTlsProvider;
import io.parktls.sockets.jsse.TlsServerSocketFactory;
import io.parktls.sockets.jsse.TlsSocketFactory;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;

/** The implementations that the contract is for. */
public enum Implementation {
    /** The JDK's provider, which defines what callers of JSSE expect. */
    JDK {
        @Override
        public SSLContext newContext(String protocol) throws GeneralSecurityException {
            return SSLContext.getInstance(protocol, "SunJSSE");
        }
    },

    /** The ParkTLS provider. */
    PARKTLS {
        @Override
        public SSLContext newContext(String protocol) throws GeneralSecurityException {
            return SSLContext.getInstance(protocol, PROVIDER);
        }
    },

    /** The socket factories of a {@link TlsContext}, which have no {@code SSLContext}. */
    FACTORIES {
        @Override
        public SSLContext newContext(String protocol) {
            throw new UnsupportedOperationException("the factories have no SSLContext");
        }

        @Override
        SSLSocketFactory socketFactory(Credentials credentials) {
            return new TlsSocketFactory(sharedTlsContext(credentials));
        }

        @Override
        SSLServerSocketFactory serverSocketFactory(Credentials credentials) {
            return new TlsServerSocketFactory(sharedTlsContext(credentials));
        }
    };

    private static final Provider PROVIDER = new ParkTlsProvider();

    private final Map<Credentials, SSLContext> contexts = new ConcurrentHashMap<>();
    private final Map<Credentials, TlsContext> tlsContexts = new ConcurrentHashMap<>();

    /** The system property that limits a run to the implementations of its comma-separated list. */
    private static final String SELECTION = "parktls.contract";

    /** Returns the implementations that this run tests. */
    public static List<Implementation> all() {
        String selection = System.getProperty(SELECTION);
        return selection == null
                ? List.of(values())
                : Arrays.stream(selection.split(","))
                        .map(Implementation::valueOf)
                        .toList();
    }

    /** Returns a context that is not initialized. */
    public abstract SSLContext newContext(String protocol) throws GeneralSecurityException;

    /** Returns a new context. */
    public SSLContext context(Credentials credentials) throws GeneralSecurityException {
        SSLContext context = newContext("TLS");
        context.init(credentials.keyManagers(), credentials.trustManagers(), null);
        return context;
    }

    SSLSocketFactory socketFactory(Credentials credentials) throws GeneralSecurityException {
        return sharedContext(credentials).getSocketFactory();
    }

    SSLServerSocketFactory serverSocketFactory(Credentials credentials) throws GeneralSecurityException {
        return sharedContext(credentials).getServerSocketFactory();
    }

    /**
     * Ends a client's sessions with earlier servers at a port, which the system may assign again. The JDK looks for
     * sessions to resume by the port of the TCP connection, whatever port a layered socket names.
     */
    void forgetSessions(Credentials credentials, int port) {
        SSLContext shared = contexts.get(credentials);
        if (shared == null) {
            return;
        }
        SSLSessionContext sessions = shared.getClientSessionContext();
        for (byte[] id : Collections.list(sessions.getIds())) {
            SSLSession session = sessions.getSession(id);
            if (session != null && session.getPeerPort() == port) {
                session.invalidate();
            }
        }
    }

    /** Returns one context for equal credentials, since initializing a context takes more time than a handshake. */
    public SSLContext sharedContext(Credentials credentials) throws GeneralSecurityException {
        SSLContext shared = contexts.get(credentials);
        if (shared == null) {
            shared = context(credentials);
            contexts.put(credentials, shared);
        }
        return shared;
    }

    TlsContext sharedTlsContext(Credentials credentials) {
        return tlsContexts.computeIfAbsent(credentials, Implementation::tlsContext);
    }

    /** Verifies the host only if the socket's parameters say so, as a context of JSSE does. */
    private static TlsContext tlsContext(Credentials credentials) {
        TlsContext.Builder context =
                TlsContext.builder().trust(credentials.trust()).verifyHost(false);
        credentials.identity().ifPresent(context::identity);
        return context.build();
    }
}
