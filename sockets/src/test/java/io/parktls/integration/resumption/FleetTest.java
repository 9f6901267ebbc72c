package io.parktls.integration.resumption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsSessionCache;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.interop.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests two server processes that resume each other's sessions, and none of a stranger. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FleetTest {
    /** Threads of clients under load, half of them with TLS 1.2. */
    private static final int CLIENTS = 4;

    private static final int CONNECTIONS_PER_CLIENT = 15;

    private static final HexFormat HEX = HexFormat.of();

    private static FleetMember one;
    private static FleetMember other;

    @BeforeAll
    static void start() throws IOException {
        one = FleetMember.start(TestPki.server(KeyKind.ECDSA_P256));
        other = FleetMember.start(TestPki.server(KeyKind.ECDSA_P256));
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
    }

    // ---- shared keys

    @ParameterizedTest
    @EnumSource
    void resumesEachOthersSessions(TlsVersion version) throws Exception {
        everywhere("shared " + secret());
        assertHandshakes(client(version), true);
    }

    /** The ticket also has the client's certificates, which the other server has never seen. */
    @ParameterizedTest
    @EnumSource
    void resumesEachOthersSessionsWithClientCertificates(TlsVersion version) throws Exception {
        everywhere("shared " + secret());
        TlsContext client = client(version).toBuilder()
                .identity(TestPki.client(KeyKind.ECDSA_P256))
                .build();
        assertHandshakes(client, true);
    }

    @ParameterizedTest
    @EnumSource
    void resumesEachOthersSessionsWithKeysFromAFile(TlsVersion version, @TempDir Path directory) throws Exception {
        byte[] key = new byte[80];
        ThreadLocalRandom.current().nextBytes(key);
        everywhere("files " + Files.write(directory.resolve("ticket.key"), key));
        assertHandshakes(client(version), true);
    }

    @ParameterizedTest
    @EnumSource
    void resumesEachOthersSessionsWithSuppliedKeys(TlsVersion version) throws Exception {
        everywhere("supplied " + secret() + " " + secret());
        assertHandshakes(client(version), true);
    }

    /** A client of another implementation takes its session from one process to the other. */
    @ParameterizedTest
    @EnumSource
    void resumesEachOthersSessionsForForeignClients(TlsVersion version, @TempDir Path directory) throws Exception {
        everywhere("shared " + secret());
        Scenario scenario = Scenario.with(
                        version == TlsVersion.TLS_1_3
                                ? CipherSuite.TLS_AES_128_GCM_SHA256
                                : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                        NamedGroup.SECP256R1,
                        KeyKind.ECDSA_P256)
                .withName();
        Path session = directory.resolve("session.pem");
        assertFalse(OpenSslSessionFile.isResumed(scenario, one.port(), session));
        assertTrue(OpenSslSessionFile.isResumed(scenario, other.port(), session));
        assertTrue(OpenSslSessionFile.isResumed(scenario, one.port(), session));
    }

    /** The new process has nothing in common with the old one but the secret. */
    @Test
    void resumesItsOwnSessionsAfterARestart() throws Exception {
        String secret = secret();
        everywhere("shared " + secret);
        TlsContext client = client(TlsVersion.TLS_1_3);
        TlsContext client12 = client(TlsVersion.TLS_1_2);
        assertFalse(one.resumes(client));
        assertFalse(one.resumes(client12));
        one.close();
        one = FleetMember.start(TestPki.server(KeyKind.ECDSA_P256));
        // Until it has the secret, the new process has random keys of its own.
        assertFalse(one.resumes(client12));
        other.command("shared " + secret);
        one.command("shared " + secret);
        assertTrue(one.resumes(client));
        assertFalse(one.resumes(client12));
        assertTrue(one.resumes(client12));
    }

    // ---- other keys

    @ParameterizedTest
    @EnumSource
    void resumesNoSessionsOfOtherSecrets(TlsVersion version) throws Exception {
        one.command("shared " + secret());
        other.command("shared " + secret());
        assertHandshakes(client(version), false);
    }

    @ParameterizedTest
    @EnumSource
    void resumesNoSessionsOfOtherProcessesByDefault(TlsVersion version) throws Exception {
        everywhere("process");
        assertHandshakes(client(version), false);
    }

    // ---- a secret is rolled over

    @ParameterizedTest
    @EnumSource
    void resumesSessionsWhileTheSecretIsRolledOver(TlsVersion version) throws Exception {
        String old = secret();
        String fresh = secret();
        TlsContext client = client(version);
        everywhere("shared " + old);
        assertFalse(one.resumes(client));
        everywhere("shared " + old + " " + fresh);
        assertTrue(other.resumes(client));
        // The two servers are not switched at the same time.
        one.command("shared " + fresh + " " + old);
        assertTrue(one.resumes(client));
        assertTrue(other.resumes(client));
        assertTrue(one.resumes(client));
        other.command("shared " + fresh + " " + old);
        assertTrue(other.resumes(client));
        // A resumption with the old secret has issued a ticket of the new one.
        everywhere("shared " + fresh);
        assertTrue(one.resumes(client));
        assertTrue(other.resumes(client));
    }

    @Test
    void noHandshakeFailsWhileTheSecretIsRolledOverUnderLoad() throws Exception {
        String old = secret();
        String fresh = secret();
        everywhere("shared " + old);
        List<TlsContext> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(client(i % 2 == 0 ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2));
        }
        int resumed = 0;
        for (String secrets : List.of(old, old + " " + fresh, fresh + " " + old, fresh)) {
            resumed += load(clients, "shared " + secrets);
        }
        int connections = 4 * CLIENTS * CONNECTIONS_PER_CLIENT;
        System.out.println("A secret was rolled over under load: " + resumed + " of " + connections
                + " handshakes resumed a session, and none failed.");
        // Each client begins with a full handshake. Each may have as many tickets of the old secret at the end as its
        // cache keeps of one server, and those cost a full handshake too.
        int full = CLIENTS * (1 + 4);
        assertTrue(resumed >= connections - full, resumed + " of " + connections + " resumed");
    }

    /**
     * Lets all clients connect to both servers in turn, while these execute a command.
     *
     * @return how many of the handshakes resumed a session
     */
    private static int load(List<TlsContext> clients, String command) throws Exception {
        int resumed = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(clients.size())) {
            List<Future<Integer>> results = new ArrayList<>();
            for (TlsContext client : clients) {
                results.add(threads.submit(() -> resumptions(client)));
            }
            everywhere(command);
            for (Future<Integer> result : results) {
                resumed += result.get();
            }
        }
        return resumed;
    }

    private static int resumptions(TlsContext client) throws IOException {
        int resumed = 0;
        for (int i = 0; i < CONNECTIONS_PER_CLIENT; i++) {
            resumed += (i % 2 == 0 ? one : other).resumes(client) ? 1 : 0;
        }
        return resumed;
    }

    // ---- helpers

    private static void everywhere(String command) throws IOException {
        one.command(command);
        other.command(command);
    }

    /** Asserts that a client connects to both servers in turn, and resumes all sessions after the first, or none. */
    private static void assertHandshakes(TlsContext client, boolean resumes) throws IOException {
        assertFalse(one.resumes(client));
        for (FleetMember member : List.of(other, one, other, one)) {
            assertEquals(resumes, member.resumes(client));
        }
    }

    private static String secret() {
        byte[] secret = new byte[32];
        ThreadLocalRandom.current().nextBytes(secret);
        return HEX.formatHex(secret);
    }

    private static TlsContext client(TlsVersion version) {
        return TestContexts.client(TlsEngineProvider.bouncyCastle(), version)
                .sessionCache(TlsSessionCache.ofSize(10))
                .build();
    }
}
