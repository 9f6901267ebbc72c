package io.parktls.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.Fuzz;
import io.parktls.NamedGroup;
import io.parktls.TestContexts;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import io.parktls.engine.EngineEnd;
import io.parktls.engine.TlsEngineProvider;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests random hellos of {@link HelloGenerator}, for seeds from {@link Fuzz}. Faulty hellos must be refused with the
 * expected alert, valid hellos must be accepted, and the alert must never be internal_error.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class HelloGeneratorTest {
    private static final long MEMORY = 64 << 20;
    private static final List<TlsVersion> BOTH = List.of(TlsVersion.values());

    /** The engines under test, with contexts for both versions. */
    enum Engine {
        BOUNCY_CASTLE(TlsEngineProvider.bouncyCastle()),
        JSSE(TlsEngineProvider.jsse());

        private final TlsEngineProvider.Engines clients;
        private final TlsEngineProvider.Engines servers;

        Engine(TlsEngineProvider provider) {
            TlsContext client = TestContexts.client(provider)
                    .cipherSuites(
                            CipherSuite.TLS_AES_128_GCM_SHA256,
                            CipherSuite.TLS_AES_256_GCM_SHA384,
                            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)
                    .groups(NamedGroup.X25519, NamedGroup.SECP256R1, NamedGroup.SECP384R1)
                    .build();
            this.clients = provider.prepare(client);
            this.servers = provider.prepare(TestContexts.server(provider).build());
        }
    }

    @Test
    void serverReader() {
        Fuzz.run(MEMORY, random -> {
            HelloGenerator.Generated hello = HelloGenerator.client(random);
            assertVerdict(hello, Verdict.of(HandshakeReader.server(BOTH), hello.message()));
        });
    }

    @Test
    void clientReader() throws TlsHandshakeException {
        byte[] body = HelloBytes.client().body();
        ClientHello offered = ClientHello.parse(body, 0, body.length);
        Fuzz.run(MEMORY, random -> {
            ClientSideReader reader = HandshakeReader.client();
            reader.sent(HandshakeType.CLIENT_HELLO, body, 0, body.length);
            HelloGenerator.Generated hello = HelloGenerator.server(random, offered);
            assertVerdict(hello, Verdict.of(reader, hello.message()));
        });
    }

    private static void assertVerdict(HelloGenerator.Generated hello, Optional<TlsAlert> verdict) {
        assertEquals(hello.alerts().isEmpty(), verdict.isEmpty(), () -> hello.faults() + ": " + verdict);
        verdict.ifPresent(alert -> assertTrue(hello.alerts().contains(alert), () -> hello.faults() + ": " + alert));
    }

    @ParameterizedTest
    @EnumSource
    void server(Engine engine) {
        Fuzz.run(MEMORY, random -> {
            HelloGenerator.Generated hello = HelloGenerator.client(random);
            assertAnswer(hello, EngineEnd.of(engine.servers.server()));
        });
    }

    @ParameterizedTest
    @EnumSource
    void client(Engine engine) {
        Fuzz.run(MEMORY, random -> {
            EngineEnd client = EngineEnd.of(engine.clients.client(TestContexts.HOST, 443));
            client.handshake();
            byte[] flight = client.drain();
            ClientHello offered = ClientHello.parse(flight, 9, flight.length - 9);
            assertAnswer(HelloGenerator.server(random, offered), client);
        });
    }

    /** An engine may refuse a hello that the reader accepts, but it must do so with an appropriate alert. */
    private static void assertAnswer(HelloGenerator.Generated hello, EngineEnd end) {
        end.receive(WireBytes.records(22, hello.message()));
        try {
            end.handshake();
            assertTrue(hello.alerts().isEmpty(), () -> "accepted: " + hello.faults());
        } catch (SSLException e) {
            TlsAlert alert = ((TlsFailure) e).alert().orElseThrow();
            assertNotEquals(TlsAlert.INTERNAL_ERROR, alert, () -> hello.faults() + ": " + e);
            assertTrue(hello.alerts().isEmpty() || hello.alerts().contains(alert), () -> hello.faults() + ": " + e);
        }
    }

    /** Hellos with random bytes changed: the result must not be internal_error or an unexpected exception. */
    @Test
    void anyBytes() {
        Map<TlsAlert, Integer> seen = new EnumMap<>(TlsAlert.class);
        byte[] body = HelloBytes.client().body();
        Fuzz.run(MEMORY, random -> {
            byte[] mutated = Fuzz.mutated(
                    random, random.nextBoolean() ? body : HelloBytes.server13().body());
            byte[] message = WireBytes.message(HandshakeType.CLIENT_HELLO, mutated);
            Verdict.of(HandshakeReader.server(BOTH), message).ifPresent(alert -> seen.merge(alert, 1, Integer::sum));
            ClientSideReader reader = HandshakeReader.client();
            reader.sent(HandshakeType.CLIENT_HELLO, body, 0, body.length);
            int[] types = {1, 2, 4, 8, 11, 12, 13, 14, 15, 20, 22};
            Verdict.of(reader, HelloBytes.server13().message());
            Verdict.of(
                            reader,
                            WireBytes.message(
                                    types[random.nextInt(types.length)], Arrays.copyOf(mutated, mutated.length)))
                    .ifPresent(alert -> seen.merge(alert, 1, Integer::sum));
        });
        assertTrue(seen.containsKey(TlsAlert.DECODE_ERROR), seen::toString);
        assertTrue(!seen.containsKey(TlsAlert.INTERNAL_ERROR), seen::toString);
    }
}
