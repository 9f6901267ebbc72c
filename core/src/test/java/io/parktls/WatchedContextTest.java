package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests contexts whose identities and trust renew themselves. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WatchedContextTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final WatchOptions OPTIONS = WatchOptions.DEFAULT.withInterval(Duration.ofDays(1));
    private static final int PIPE = 100_000;
    private static final TlsIdentity FIRST = server();
    private static final TlsIdentity SECOND = server();
    private static final TestCertificate OTHER_AUTHORITY = TestCertificate.authority(KIND, "Another Test CA");
    private static final TlsIdentity OF_OTHER_AUTHORITY =
            TestPki.goodServer(KIND).issuedBy(OTHER_AUTHORITY).identity();

    @TempDir
    private Path directory;

    private final List<Watched<?>> watches = new ArrayList<>();

    enum Engine {
        BOUNCY_CASTLE(TlsEngineProvider.bouncyCastle()),
        JSSE(TlsEngineProvider.jsse());

        private final TlsEngineProvider provider;

        Engine(TlsEngineProvider provider) {
            this.provider = provider;
        }
    }

    /** Counts how often the engines of a context are prepared. */
    private static final class CountingProvider implements TlsEngineProvider {
        private final TlsEngineProvider provider = TlsEngineProvider.bouncyCastle();
        private final AtomicInteger prepared = new AtomicInteger();
        private volatile boolean failing;

        @Override
        public String name() {
            return provider.name();
        }

        @Override
        public Engines prepare(TlsContext context) {
            prepared.incrementAndGet();
            if (failing) {
                throw new IllegalArgumentException("this engine supports no such identity");
            }
            return provider.prepare(context);
        }
    }

    @AfterEach
    void close() {
        watches.forEach(Watched::close);
    }

    private static TlsIdentity server() {
        return TestPki.goodServer(KIND).issuedBy(TestPki.authority(KIND)).identity();
    }

    private Path chain() {
        return directory.resolve("chain.pem");
    }

    private Path key() {
        return directory.resolve("key.pem");
    }

    private Path authorities() {
        return directory.resolve("ca.pem");
    }

    private void write(TlsIdentity identity) throws IOException {
        Files.writeString(chain(), TestPki.pem(identity.chain()));
        Files.writeString(key(), LoadedIdentities.keyPem(identity));
    }

    private WatchedIdentity watch(TlsIdentity first) throws IOException {
        write(first);
        WatchedIdentity watched = TlsIdentity.watch(chain(), key(), OPTIONS);
        watches.add(watched);
        return watched;
    }

    private void writeAuthorities(String text) {
        try {
            Files.writeString(authorities(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private WatchedTrust watchAuthorities(X509Certificate... first) throws IOException {
        Files.writeString(authorities(), TestPki.pem(List.of(first)));
        WatchedTrust watched = TlsTrust.watch(authorities(), OPTIONS);
        watches.add(watched);
        return watched;
    }

    private void renew(WatchedIdentity watched, TlsIdentity next) throws IOException {
        write(next);
        assertTrue(watched.refresh());
    }

    private void renew(WatchedTrust watched, X509Certificate... next) throws IOException {
        Files.writeString(authorities(), TestPki.pem(List.of(next)));
        assertTrue(watched.refresh());
    }

    private static ConnectionPair connect(TlsContext client, TlsContext server) {
        return new ConnectionPair(client, server, Bio.pair(PIPE), 443);
    }

    private static X509Certificate received(ConnectionPair pair) {
        return pair.client().session().peerCertificates().getFirst();
    }

    private static X509Certificate certificate(TlsIdentity identity) {
        return identity.chain().getFirst();
    }

    // ---- identities

    @Test
    void theStaplerGetsEachNewChain() throws Exception {
        WatchedIdentity watched = watch(FIRST);
        List<X509Certificate> asked = new ArrayList<>();
        WatchedIdentity stapling = watched.withStapler(chain -> {
            asked.add(chain.getFirst());
            return List.of(
                    TestOcsp.of(chain.getFirst(), TestPki.authority(KIND)).build());
        });
        TlsContext server = TlsContext.builder().identity(stapling).build();
        TlsContext client = TestContexts.client(TlsEngineProvider.bouncyCastle())
                .requestStaples(true)
                .build();
        ConnectionPair first = connect(client, server).handshake();
        assertEquals(certificate(FIRST), received(first));
        assertEquals(1, first.client().session().stapledResponses().size());

        renew(stapling, SECOND);

        assertEquals(certificate(SECOND), asked.getLast(), "before the first handshake");
        ConnectionPair second = connect(client, server).handshake();
        assertEquals(certificate(SECOND), received(second));
        assertEquals(1, second.client().session().stapledResponses().size());
        assertEquals(certificate(SECOND), certificate(watched.current()), "one watch of the files");
    }

    @Test
    void settingsOfATrustApplyToEachNewOne() throws Exception {
        List<TlsTrust> adapted = new ArrayList<>();
        WatchedTrust plain = watchAuthorities(OTHER_AUTHORITY.certificate());
        WatchedTrust trust = plain.with(loaded -> {
            adapted.add(loaded.pins(TlsTrust.pin(certificate(FIRST))));
            return adapted.getLast();
        });
        TlsContext client = TlsContext.builder().trust(trust).build();
        assertSame(adapted.getLast(), client.trust());

        renew(trust, TestPki.ca(KIND));

        assertSame(trust.current(), client.trust());
        assertSame(adapted.getLast(), client.trust());
        assertEquals(2, adapted.size(), "once for each");
        assertEquals(
                certificate(FIRST),
                received(connect(
                                client,
                                TestContexts.server(TlsEngineProvider.bouncyCastle())
                                        .identity(FIRST)
                                        .build())
                        .handshake()));
        TlsContext unpinned = TestContexts.server(TlsEngineProvider.bouncyCastle())
                .identity(SECOND)
                .build();
        assertThrows(SSLException.class, () -> connect(client, unpinned).handshake());
    }

    @ParameterizedTest
    @EnumSource
    void aChooserSeesTheTrustOfNow(Engine engine) throws Exception {
        X509Certificate known = TestPki.ca(KIND);
        WatchedTrust trust = watchAuthorities(OTHER_AUTHORITY.certificate());
        TlsContext server = TlsContext.builder()
                .engine(engine.provider)
                .trust(trust)
                .clientAuth(ClientAuth.REQUIRED)
                .choose(hello -> TlsChoice.identity(FIRST))
                .build();
        TlsContext client = TestContexts.client(engine.provider)
                .identity(TestPki.client(KIND))
                .build();
        assertThrows(SSLException.class, () -> connect(client, server).handshake());

        renew(trust, known);

        assertEquals(certificate(FIRST), received(connect(client, server).handshake()));
    }

    @ParameterizedTest
    @EnumSource
    void newConnectionsUseTheNewPairAndOthersKeepTheOldOne(Engine engine) throws Exception {
        WatchedIdentity watched = watch(FIRST);
        TlsContext server =
                TlsContext.builder().engine(engine.provider).identity(watched).build();
        TlsContext client = TestContexts.client(engine.provider).build();
        ConnectionPair established = connect(client, server).handshake();
        ConnectionPair begun = connect(client, server);
        begun.client().doHandshake();
        begun.server().doHandshake();
        ConnectionPair notBegun = connect(client, server);

        renew(watched, SECOND);

        established.transfer(10_000);
        assertEquals(certificate(FIRST), received(established));
        assertEquals(certificate(FIRST), received(begun.handshake()));
        assertEquals(certificate(SECOND), received(notBegun.handshake()));
        assertEquals(certificate(SECOND), received(connect(client, server).handshake()));
        assertEquals(SECOND.chain(), server.identities().getFirst().chain());
        assertTrue(server.toString().contains(server.identities().toString()), server::toString);
        established.shutdown();
    }

    @Test
    void watchedAndFixedIdentitiesKeepTheirOrder() throws Exception {
        WatchedIdentity watched = watch(FIRST);
        TlsIdentity before = TestPki.wrongHost(KIND);
        TlsIdentity after = TestPki.client(KIND);
        TlsContext context =
                TlsContext.builder().identity(before, watched, after).build();
        assertEquals(List.of(before, watched.current(), after), context.identities());
        renew(watched, SECOND);
        assertEquals(List.of(before, watched.current(), after), context.identities());
        assertEquals(SECOND.chain(), watched.current().chain());
        TlsContext fixed = context.toBuilder().identity(before).build();
        assertEquals(List.of(before), fixed.identities());
    }

    @ParameterizedTest
    @EnumSource
    void clientsRenewTheirIdentityToo(Engine engine) throws Exception {
        TestCertificate.Builder certificate =
                TestCertificate.of(KIND, "test client").purposes(TestCertificate.CLIENT_AUTH);
        TlsIdentity next = certificate.issuedBy(TestPki.authority(KIND)).identity();
        WatchedIdentity watched = watch(TestPki.client(KIND));
        TlsContext server = TestContexts.server(engine.provider)
                .clientAuth(ClientAuth.REQUIRED)
                .trust(TestPki.trust())
                .build();
        TlsContext client =
                TestContexts.client(engine.provider).identity(watched).build();
        connect(client, server).handshake();
        renew(watched, next);
        ConnectionPair pair = connect(client, server).handshake();
        assertEquals(
                certificate(next), pair.server().session().peerCertificates().getFirst());
    }

    @Test
    void aContextIsRenewedOnceForEachChange() throws Exception {
        CountingProvider provider = new CountingProvider();
        WatchedIdentity watched = watch(FIRST);
        TlsContext server =
                TlsContext.builder().engine(provider).identity(watched).build();
        TlsContext client =
                TestContexts.client(TlsEngineProvider.bouncyCastle()).build();
        assertEquals(1, provider.prepared.get());
        for (int i = 0; i < 3; i++) {
            connect(client, server).handshake();
            watched.check();
        }
        assertEquals(1, provider.prepared.get());
        renew(watched, SECOND);
        for (int i = 0; i < 3; i++) {
            connect(client, server).handshake();
            watched.check();
        }
        assertEquals(2, provider.prepared.get());
    }

    @Test
    void aContextThatCannotBeRenewedKeepsItsFormerPair() throws Exception {
        CountingProvider provider = new CountingProvider();
        WatchedIdentity watched = watch(FIRST);
        TlsContext server =
                TlsContext.builder().engine(provider).identity(watched).build();
        List<String> failures = new ArrayList<>();
        watched.addListener(new WatchListener<TlsIdentity>() {
            @Override
            public void failed(String reason) {
                failures.add(reason);
            }
        });
        provider.failing = true;
        renew(watched, SECOND);
        assertEquals(FIRST.chain(), server.identities().getFirst().chain());
        assertEquals(1, failures.size(), failures::toString);
        assertTrue(failures.getFirst().contains("this engine supports no such identity"), failures::toString);
        watched.check();
        assertEquals(1, watched.statistics().failures());
        TlsContext client =
                TestContexts.client(TlsEngineProvider.bouncyCastle()).build();
        assertEquals(certificate(FIRST), received(connect(client, server).handshake()));
        provider.failing = false;
        renew(watched, OF_OTHER_AUTHORITY);
        assertEquals(OF_OTHER_AUTHORITY.chain(), server.identities().getFirst().chain());
    }

    @Test
    void contextsMadeFromOneThatRenewsItselfDoSoToo() throws Exception {
        WatchedIdentity watched = watch(FIRST);
        TlsContext origin = TlsContext.builder().identity(watched).build();
        TlsContext made = origin.toBuilder().applicationProtocols("h2").build();
        renew(watched, SECOND);
        assertEquals(SECOND.chain(), made.identities().getFirst().chain());
        assertSame(origin.ticketKeys(), made.ticketKeys());
    }

    @Test
    void aWatchDoesNotKeepItsContexts() throws Exception {
        WatchedIdentity watched = watch(FIRST);
        WeakReference<TlsContext> dropped =
                new WeakReference<>(TlsContext.builder().identity(watched).build());
        while (dropped.get() != null) {
            System.gc();
            LockSupport.parkNanos(1_000_000);
        }
        renew(watched, SECOND);
    }

    @Test
    void ticketsOutliveARenewal() throws Exception {
        WatchedIdentity watched = watch(FIRST);
        TlsContext server = TlsContext.builder().identity(watched).build();
        TlsContext client = TlsContext.builder().trust(TestPki.trust()).build();
        connect(client, server).handshake().transfer(10);
        renew(watched, SECOND);
        ConnectionPair pair = connect(client, server).handshake();
        assertTrue(pair.client().session().resumed());
        pair.transfer(10);
        assertEquals(1, server.sessionStatistics().resumed());
        assertEquals(1, client.sessionStatistics().resumed());
        assertTrue(server.sessionStatistics().issued() >= 3);
    }

    // ---- trust

    @ParameterizedTest
    @EnumSource
    void trustIsRenewedAndSessionsUnderTheFormerOneAreNotResumed(Engine engine) throws Exception {
        WatchedTrust trust = watchAuthorities(TestPki.ca(KIND));
        TlsContext server = TestContexts.server(engine.provider).build();
        TlsContext client =
                TlsContext.builder().engine(engine.provider).trust(trust).build();
        connect(client, server).handshake().transfer(10);
        assertTrue(connect(client, server).handshake().client().session().resumed());

        renew(trust, OTHER_AUTHORITY.certificate());

        assertThrows(
                TlsPeerUnverifiedException.class, () -> connect(client, server).handshake());
        assertSame(trust.current(), client.trust());
        TlsContext renewed = TlsContext.builder()
                .engine(engine.provider)
                .identity(OF_OTHER_AUTHORITY)
                .build();
        assertFalse(connect(client, renewed).handshake().client().session().resumed());
    }

    @Test
    void aServerVerifiesTheClientsOfResumedSessionsByTheNewTrust() throws Exception {
        WatchedTrust trust = watchAuthorities(TestPki.ca(KIND));
        TlsContext server = TestContexts.server(TlsEngineProvider.bouncyCastle())
                .clientAuth(ClientAuth.WANTED)
                .trust(trust)
                .build();
        TlsContext client = TlsContext.builder()
                .trust(TestPki.trust())
                .identity(TestPki.client(KIND))
                .build();
        connect(client, server).handshake().transfer(10);
        ConnectionPair resumed = connect(client, server).handshake();
        assertTrue(resumed.server().session().resumed());
        resumed.transfer(10);

        renew(trust, OTHER_AUTHORITY.certificate());

        assertThrows(IOException.class, () -> connect(client, server).handshake());
        assertEquals(1, server.sessionStatistics().refused().get(TlsTicketRefusal.CLIENT_NOT_TRUSTED));
    }

    @Test
    void aTrustThatCannotBeLoadedKeepsTheFormerOne() throws Exception {
        WatchedTrust trust = watchAuthorities(TestPki.ca(KIND));
        TlsTrust former = trust.current();
        Files.writeString(authorities(), "-----BEGIN CERTIFICATE-----\n");
        assertFalse(trust.refresh());
        assertSame(former, trust.current());
        String text = TestPki.pem(List.of(TestPki.ca(KIND), OTHER_AUTHORITY.certificate()));
        int firstBlock = TestPki.pem(List.of(TestPki.ca(KIND))).length();
        IntStream.concat(
                        IntStream.of(firstBlock),
                        IntStream.range(0, text.length() / 53).map(i -> 53 * i))
                .forEach(length -> {
                    writeAuthorities(text.substring(0, length));
                    trust.check();
                    assertSame(former, trust.current());
                });
        Files.writeString(authorities(), text);
        trust.check();
        trust.check();
        assertNotSame(former, trust.current());
        trust.current().verifyServer(OF_OTHER_AUTHORITY.chain(), "ECDHE_ECDSA", TestContexts.HOST);
    }

    @Test
    void keyStoresWithAuthoritiesAreRenewed() throws Exception {
        char[] password = "correct horse".toCharArray();
        Path file = directory.resolve("trust.p12");
        try (var out = Files.newOutputStream(file)) {
            TestPki.keyStore(List.of(TestPki.ca(KIND))).store(out, password);
        }
        WatchedTrust trust = TlsTrust.watchKeyStore(file, password, OPTIONS);
        watches.add(trust);
        assertThrows(
                TlsPeerUnverifiedException.class,
                () -> trust.current().verifyServer(OF_OTHER_AUTHORITY.chain(), "ECDHE_ECDSA", TestContexts.HOST));
        try (var out = Files.newOutputStream(file)) {
            TestPki.keyStore(List.of(OTHER_AUTHORITY.certificate())).store(out, password);
        }
        assertTrue(trust.refresh());
        trust.current().verifyServer(OF_OTHER_AUTHORITY.chain(), "ECDHE_ECDSA", TestContexts.HOST);
        assertEquals(
                OTHER_AUTHORITY.certificate().getNotAfter().toInstant(),
                trust.statistics().expiry());
        LoadedIdentities.assertInvalid(
                "trust.p12: wrong password", () -> TlsTrust.watchKeyStore(file, "no".toCharArray(), OPTIONS));
    }

    @Test
    void clientAuthNeedsATrustWhicheverKindItIs() throws Exception {
        TlsContext.Builder builder =
                TestContexts.server(TlsEngineProvider.bouncyCastle()).clientAuth(ClientAuth.REQUIRED);
        assertThrows(IllegalArgumentException.class, builder::build);
        WatchedTrust trust = watchAuthorities(TestPki.ca(KIND));
        TlsContext context = builder.trust(trust).build();
        assertSame(trust.current(), context.configuredTrust().orElseThrow());
        assertSame(
                TlsTrust.insecure(),
                context.toBuilder().trust(TlsTrust.insecure()).build().trust());
    }
}
