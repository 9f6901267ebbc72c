package io.parktls;

import io.parktls.TestPki.KeyKind;
import io.parktls.engine.TlsEngineProvider;

/** Builders of client and server contexts that match, which tests may change. */
public final class TestContexts {
    /** The host that clients connect to and that the test servers' certificates are for. */
    public static final String HOST = "example.test";

    private TestContexts() {}

    /**
     * Returns a builder of a client context that trusts the test authorities. It resumes no sessions, so that all
     * handshakes of a test are alike.
     */
    public static TlsContext.Builder client(TlsEngineProvider engine, TlsVersion... versions) {
        return builder(engine, versions).trust(TestPki.trust()).sessionCache(TlsSessionCache.none());
    }

    /** Returns a builder of a server context with a valid ECDSA certificate. */
    public static TlsContext.Builder server(TlsEngineProvider engine, TlsVersion... versions) {
        return builder(engine, versions).identity(TestPki.server(KeyKind.ECDSA_P256));
    }

    private static TlsContext.Builder builder(TlsEngineProvider engine, TlsVersion... versions) {
        TlsContext.Builder builder = TlsContext.builder().engine(engine);
        return versions.length == 0 ? builder : builder.protocols(versions);
    }
}
