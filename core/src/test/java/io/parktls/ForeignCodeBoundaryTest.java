package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import io.parktls.bio.Bio;
import io.parktls.engine.ForeignCode;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.engine.bouncycastle.TokenProvider;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.concurrent.locks.Lock;
import java.util.stream.Stream;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * H16: a connection reports beforehand whether its handshake runs foreign code, and notifies the boundary around it.
 */
final class ForeignCodeBoundaryTest {
    private static final TlsEngineProvider OURS = TlsEngineProvider.bouncyCastle();
    private static final TlsEngineProvider JSSE = TlsEngineProvider.jsse();
    private static final TlsIdentity CLIENT = TestPki.client(KeyKind.ECDSA_P256);
    private static final TlsIdentity SERVER = TestPki.server(KeyKind.ECDSA_P256);

    /** Counts the calls of foreign code, and those outside of the boundary. */
    private final class Foreign implements Runnable {
        int runs;
        int outside;

        @Override
        public void run() {
            runs++;
            outside += boundary.inside ? 0 : 1;
        }
    }

    /** A boundary of a driver that never waits. */
    private static final class Boundary implements Waiting {
        boolean inside;
        int crossings;

        @Override
        public boolean await(Interest interest) {
            return false;
        }

        @Override
        public void acquire(Lock lock) {
            lock.lock();
        }

        @Override
        public void beforeForeignCode() {
            assertFalse(inside);
            inside = true;
            crossings++;
        }

        @Override
        public void afterForeignCode() {
            assertTrue(inside);
            inside = false;
        }
    }

    /** Contexts with which one end runs foreign code. */
    enum Kind {
        TRUST_OF_SERVER(true),
        TRUST_OF_CLIENT(false),
        KEY_OF_SERVER(true),
        KEY_OF_CLIENT(false),
        LOG_OF_SERVER(true),
        LOG_OF_CLIENT(false);

        final boolean server;

        Kind(boolean server) {
            this.server = server;
        }

        TlsContext.Builder with(TlsContext.Builder builder, Runnable code) {
            return switch (this) {
                case TRUST_OF_SERVER, TRUST_OF_CLIENT -> builder.trust(TlsTrust.of(trusting(code)));
                case KEY_OF_SERVER -> builder.identity(inToken(SERVER, code));
                case KEY_OF_CLIENT -> builder.identity(inToken(CLIENT, code));
                case LOG_OF_SERVER, LOG_OF_CLIENT -> builder.keyLog(line -> code.run());
            };
        }
    }

    record Case(Kind kind, TlsEngineProvider engine, TlsVersion version) {
        @Override
        public String toString() {
            return kind + ", " + engine.name() + ", " + version;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(OURS, JSSE)
                        .filter(engine -> engine == OURS || !kind.name().startsWith("LOG"))
                        .flatMap(engine ->
                                Stream.of(TlsVersion.values()).map(version -> new Case(kind, engine, version))));
    }

    private final Boundary boundary = new Boundary();

    @AfterEach
    void forgetToken() {
        Security.removeProvider("ForeignToken");
    }

    private static TlsContext.Builder server(TlsEngineProvider engine, TlsVersion version) {
        return TestContexts.server(engine, version)
                .clientAuth(ClientAuth.REQUIRED)
                .trust(TestPki.trust());
    }

    private static TlsContext.Builder client(TlsEngineProvider engine, TlsVersion version) {
        return TestContexts.client(engine, version).identity(CLIENT);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void foreignCodeRunsWithinTheBoundary(Case c) throws Exception {
        Foreign foreign = new Foreign();
        TlsContext.Builder server = server(c.engine(), c.version());
        TlsContext.Builder client = client(c.engine(), c.version());
        c.kind().with(c.kind().server ? server : client, foreign);
        TlsContext[] contexts = {server.build(), client.build()};
        foreign.runs = 0;
        foreign.outside = 0;
        Bio[] pipe = Bio.pair(20_000);
        TlsConnection accepting = contexts[0].accept(pipe[1]);
        TlsConnection connecting = contexts[1].connect(pipe[0], TestContexts.HOST, 0);
        TlsConnection watched = c.kind().server ? accepting : connecting;
        TlsConnection other = c.kind().server ? connecting : accepting;
        boolean opaque = c.engine() == JSSE && c.kind().name().startsWith("KEY");
        assertEquals(opaque ? ForeignCode.THROUGHOUT : ForeignCode.CALLED, watched.foreignCode());
        assertEquals(ForeignCode.NONE, other.foreignCode());

        handshake(watched, other);
        assertTrue(foreign.runs > 0);
        assertEquals(0, foreign.outside, "of " + foreign.runs);
        assertTrue(boundary.crossings > 0);
        assertEquals(ForeignCode.NONE, watched.foreignCode(), "the handshake is done");
    }

    @ParameterizedTest
    @EnumSource
    void ordinaryHandshakesCallNone(TlsVersion version) throws Exception {
        for (TlsEngineProvider engine : new TlsEngineProvider[] {OURS, JSSE}) {
            Bio[] pipe = Bio.pair(20_000);
            TlsConnection accepting = server(engine, version).build().accept(pipe[1]);
            TlsConnection connecting = client(engine, version).build().connect(pipe[0], TestContexts.HOST, 0);
            assertEquals(ForeignCode.NONE, accepting.foreignCode());
            assertEquals(ForeignCode.NONE, connecting.foreignCode());
            handshake(accepting, connecting);
            assertEquals(0, boundary.crossings);
        }
    }

    @Test
    void aServerThatAsksForNoCertificateNeedsNoTrustManager() {
        TlsContext context =
                TestContexts.server(OURS).trust(TlsTrust.of(trusting(() -> {}))).build();
        assertEquals(ForeignCode.NONE, context.accept(Bio.pair(1)[0]).foreignCode());
    }

    /** The JDK fetches revocation data and missing issuers over the network if these properties enable it. */
    @Test
    void pathValidationThatUsesTheNetworkMayWait() {
        assertFalse(TestPki.trust().mayWait());
        for (String property : new String[] {
            "com.sun.net.ssl.checkRevocation", "com.sun.security.enableCRLDP", "com.sun.security.enableAIAcaIssuers"
        }) {
            System.setProperty(property, "true");
            try {
                assertTrue(TestPki.trust().mayWait(), property);
            } finally {
                System.clearProperty(property);
            }
        }
        Security.setProperty("ocsp.enable", "true");
        try {
            assertTrue(TestPki.trust().mayWait());
        } finally {
            Security.setProperty("ocsp.enable", "false");
        }
        assertFalse(TlsTrust.insecure().mayWait());
        assertFalse(TlsTrust.only(SERVER.chain().getFirst()).mayWait());
    }

    @Test
    void aTrustManagerMayNameNoIssuersAtAll() {
        for (X509Certificate[] issuers : new X509Certificate[][] {null, {null}, {}}) {
            assertTrue(TlsTrust.of(new Trusting(() -> {}) {
                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return issuers;
                        }
                    })
                    .authorities()
                    .isEmpty());
        }
    }

    private void handshake(TlsConnection watched, TlsConnection other) throws IOException {
        for (int i = 0; i < 20 && !(watched.isHandshakeDone() && other.isHandshakeDone()); i++) {
            watched.doHandshake(boundary);
            other.doHandshake();
            other.flush(Waiting.NEVER);
        }
        assertTrue(watched.isHandshakeDone() && other.isHandshakeDone());
    }

    private static TlsIdentity inToken(TlsIdentity identity, Runnable code) {
        TokenProvider token = new TokenProvider("ForeignToken", code);
        Security.addProvider(token);
        PrivateKey key = token.store(identity.privateKey());
        return TlsIdentity.of(key, identity.chain().toArray(X509Certificate[]::new));
    }

    private static X509TrustManager trusting(Runnable code) {
        return new Trusting(code);
    }

    /** A trust manager that runs code in each call and trusts every peer. */
    private static class Trusting implements X509TrustManager {
        private final Runnable code;

        Trusting(Runnable code) {
            this.code = code;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            code.run();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            code.run();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {TestPki.ca(KeyKind.ECDSA_P256)};
        }
    }
}
