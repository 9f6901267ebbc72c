package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Pairwise;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.bio.ChoppyBio;
import io.parktls.engine.TlsEngineProvider;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes, transfers and shuts down over BIO pairs of all sizes and deliveries, with short and long chains. */
@Timeout(300)
@ExtendWith(NeedsLibssl.class)
final class PipeSizesTest {
    static final int[] SIZES = {1, 2, 3, 5, 16, 64, 256, 512, 1_024, 4_096, 17_408};

    /** The length of a long chain. It goes over pipes that are smaller than it, up to one that is larger. */
    private static final int LONG_CHAIN = 30;

    private static final int[] SIZES_OF_LONG_CHAIN = {1, 64, 1_024, 17_408};

    private static final int[] SIZES_OF_RESUMED = {1, 100, 17_408};

    /** The limit of turns. No connection needs more turns than it transfers bytes, over any pipe. */
    private static final int TURNS = 60_000;

    private static final int DATA = 2_000;

    private static final List<Setting> SETTINGS = Setting.all().toList();

    /** Without the reference, libssl alone. */
    private static final List<Pairing> PAIRINGS =
            List.of(Pairing.PARKTLS_LIBSSL, Pairing.LIBSSL_PARKTLS, Pairing.PARKTLS_PARKTLS);

    private final Map<Setting, Contexts> contextsOf = new HashMap<>();

    /** How a pipe delivers its bytes. */
    private enum Delivery {
        AT_ONCE,
        BYTE_BY_BYTE,
        FITFUL;

        Bio of(Bio bio) {
            return switch (this) {
                case AT_ONCE -> bio;
                case BYTE_BY_BYTE -> new ChoppyBio(bio, 1, Integer.MAX_VALUE, 2);
                case FITFUL -> new ChoppyBio(bio, 1, 7, 2);
            };
        }
    }

    /** Combines each size with each delivery, pairing and setting, but not all four with all others. */
    @Row("HS-09")
    @Row("HS-13")
    @Row("HS-14")
    @Row("HS-15")
    @ParameterizedTest(name = "chain of {0}")
    @ValueSource(ints = {1, LONG_CHAIN})
    void everySize(int chain) {
        int[] sizes = sizes(chain);
        for (int[] chosen : Pairwise.of(sizes.length, Delivery.values().length, PAIRINGS.size(), SETTINGS.size())) {
            converse(
                    SETTINGS.get(chosen[3]),
                    chain,
                    sizes[chosen[0]],
                    Delivery.values()[chosen[1]],
                    PAIRINGS.get(chosen[2]));
        }
    }

    /** The same with a resumed session, whose flights are short. */
    @Row("HS-09")
    @Row("HS-13")
    @Row("HS-14")
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void resumed(TlsVersion version) {
        Setting setting = new Setting(version, TlsEngineProvider.bouncyCastle());
        Contexts full = Contexts.of(setting, TestPki.server(KeyKind.ECDSA_P256));
        for (Pairing pairing : PAIRINGS) {
            Contexts contexts = full.resuming(pairing);
            for (int[] chosen : Pairwise.of(SIZES_OF_RESUMED.length, Delivery.values().length)) {
                converse(
                        contexts,
                        SIZES_OF_RESUMED[chosen[0]],
                        Delivery.values()[chosen[1]],
                        pairing,
                        "resumed " + setting);
            }
        }
    }

    @Tag("slow")
    @ParameterizedTest(name = "chain of {0}")
    @ValueSource(ints = {1, LONG_CHAIN})
    void everyCombination(int chain) {
        for (Setting setting : SETTINGS) {
            for (int size : sizes(chain)) {
                for (Delivery delivery : Delivery.values()) {
                    for (Pairing pairing : Pairing.values()) {
                        converse(setting, chain, size, delivery, pairing);
                    }
                }
            }
        }
    }

    private static int[] sizes(int chain) {
        return chain == LONG_CHAIN ? SIZES_OF_LONG_CHAIN : SIZES;
    }

    private void converse(Setting setting, int chain, int size, Delivery delivery, Pairing pairing) {
        Contexts contexts = contextsOf.computeIfAbsent(
                setting, any -> Contexts.of(setting, TestPki.chain(KeyKind.ECDSA_P256, chain - 1)));
        converse(contexts, size, delivery, pairing, setting + ", chain of " + chain);
    }

    private static void converse(Contexts contexts, int size, Delivery delivery, Pairing pairing, String settings) {
        String what = pairing + " " + settings + " over " + size + " " + delivery;
        Bio[] pipe = Bio.pair(size);
        try (End client = contexts.client(pairing.isClientOurs(), delivery.of(pipe[0]));
                End server = contexts.server(pairing.isServerOurs(), delivery.of(pipe[1]))) {
            handshake(client, server, size, what);
            assertArrayEquals(Actor.bytes(DATA), transfer(client, server, what));
            assertArrayEquals(Actor.bytes(DATA), transfer(server, client, what));
            shutdown(client, server, what);
            assertEquals(contexts.resumed() != null, client.isResumed(), what);
            assertEquals(contexts.resumed() != null, server.isResumed(), what);
        }
    }

    private static void handshake(End client, End server, int size, String what) {
        boolean wantedRoom = false;
        for (int turn = 0; !client.isHandshakeDone() || !server.isHandshakeDone(); turn++) {
            assertTrue(turn < TURNS, () -> what + ": the handshake does not end: " + client + ", " + server);
            Outcome c = client.isHandshakeDone() ? client.read(1) : client.doHandshake();
            Outcome s = server.doHandshake();
            assertTrue((c.isOk() || c.isRetry()) && (s.isOk() || s.isRetry()), () -> what + ": " + c + ", " + s);
            wantedRoom |= c.wantsWrite() || s.wantsWrite();
        }
        if (size < 256) {
            assertTrue(wantedRoom, () -> what + ": no call returned WANT_WRITE");
        }
    }

    private static byte[] transfer(End from, End to, String what) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        boolean written = false;
        for (int turn = 0; !written || read.size() < DATA; turn++) {
            assertTrue(turn < TURNS, () -> what + ": the transfer does not end: " + from + ", " + to);
            written = written || from.write(Actor.bytes(DATA)).isOk();
            read.writeBytes(to.read(DATA).data());
            // The other direction may contain session tickets, which this read consumes.
            if (!written) {
                assertTrue(from.read(1).isRetry(), what);
            }
        }
        return read.toByteArray();
    }

    private static void shutdown(End client, End server, String what) {
        int c = 0;
        boolean closeReceived = false;
        int s = 0;
        for (int turn = 0; c != 1 || s != 1; turn++) {
            assertTrue(turn < TURNS, () -> what + ": the shutdown does not end: " + client + ", " + server);
            c = c == 1 ? 1 : client.shutdown().returned();
            closeReceived = closeReceived || server.read(1).isClosed();
            s = !closeReceived || s == 1 ? s : server.shutdown().returned();
        }
        assertEquals(3, client.shutdownState(), what);
        assertEquals(3, server.shutdownState(), what);
    }
}
