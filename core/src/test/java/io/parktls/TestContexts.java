package io.parktls;

import io.parktls.TestPki.KeyKind;
import io.parktls.engine.TlsEngineProvider;

/** Contexts that suit each other, to be varied by a test. */
public final class TestContexts {
    /** The host that clients mean and the test servers' certificates are for. */
    public static final String HOST = "example.test";

    private TestContexts() {}

    /** A client that trusts the test authorities. */
    public static TlsContext.Builder client(TlsEngineProvider engine, TlsVersion... versions) {
        return builder(engine, versions).trust(TestPki.trust());
    }

    /** A server with a good ECDSA certificate. */
    public static TlsContext.Builder server(TlsEngineProvider engine, TlsVersion... versions) {
        return builder(engine, versions).identity(TestPki.server(KeyKind.ECDSA_P256));
    }

    private static TlsContext.Builder builder(TlsEngineProvider engine, TlsVersion... versions) {
        TlsContext.Builder builder = TlsContext.builder().engine(engine);
        return versions.length == 0 ? builder : builder.protocols(versions);
    }
}
