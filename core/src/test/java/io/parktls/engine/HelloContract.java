package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import io.parktls.wire.ClientHello;
import io.parktls.wire.ClientHelloCases;
import io.parktls.wire.HandshakeType;
import io.parktls.wire.HelloCase;
import io.parktls.wire.ServerHelloCases;
import io.parktls.wire.WireBytes;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hand-made hellos, sent to a complete engine. The engine must refuse the hellos that ParkTLS's reader refuses, with
 * the same alert, and answer the accepted ones with its next flight.
 */
abstract class HelloContract extends TlsEngineContract {
    private static final int RECORD_HEADER = 5;
    private static final int MESSAGE_HEADER = 4;

    HelloContract(EngineProfile profile) {
        super(profile);
    }

    static List<HelloCase> clientHellos() {
        return ClientHelloCases.all();
    }

    /** Their session ids are replaced after the client has sent its ClientHello. */
    static List<Integer> serverHellos() {
        return IntStream.range(0, ServerHelloCases.all(new byte[0]).size())
                .boxed()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("clientHellos")
    @DisplayName("C7 to C13: a server and a ClientHello")
    void server(HelloCase hello) throws SSLException {
        EngineEnd server = server(serverContext());
        server.receive(WireBytes.records(HANDSHAKE, hello.message()));
        if (hello.alert().isPresent()) {
            assertRefused(hello.alert().get(), server);
            return;
        }
        Assumptions.assumeFalse(profile.refusesHello(hello.name()), "this engine refuses it by itself");
        server.handshake();
        byte[] answer = server.drain();
        assertEquals(HANDSHAKE, answer[0]);
        assertEquals(HandshakeType.SERVER_HELLO, answer[RECORD_HEADER]);
    }

    @ParameterizedTest
    @MethodSource("serverHellos")
    @DisplayName("C5, C6, C8, C10, C11: a client and a ServerHello")
    void client(int row) throws SSLException {
        EngineEnd client = client(clientContext()
                .cipherSuites(
                        CipherSuite.TLS_AES_128_GCM_SHA256,
                        CipherSuite.TLS_AES_256_GCM_SHA384,
                        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)
                .groups(NamedGroup.X25519, NamedGroup.SECP256R1, NamedGroup.SECP384R1)
                .applicationProtocols("h2", "http/1.1"));
        client.handshake();
        byte[] flight = client.drain();
        int header = RECORD_HEADER + MESSAGE_HEADER;
        ClientHello offered = ClientHello.parse(flight, header, flight.length - header);
        HelloCase hello = ServerHelloCases.all(offered.sessionId()).get(row);
        Assumptions.assumeFalse(
                profile.asksOtherwise(hello.name()), "this engine's ClientHello differs in a relevant extension");
        client.receive(WireBytes.records(HANDSHAKE, hello.message()));
        if (hello.alert().isPresent()) {
            assertRefused(hello.alert().get(), client);
            return;
        }
        Assumptions.assumeFalse(profile.refusesHello(hello.name()), "this engine refuses it by itself");
        client.handshake();
        assertTrue(client.in().remaining() == 0, hello.name());
    }

    private static void assertRefused(TlsAlert alert, EngineEnd end) throws SSLException {
        assertFails(TlsHandshakeException.class, alert, false, end::handshake);
        if (end.engine().hasReply()) {
            end.engine().reply(end.out());
        }
        // A client's first record may contain another version (RFC 8446 5.1).
        byte[] record = end.drain();
        assertArrayEquals(
                new byte[] {ALERT, 0, 2, TlsAlert.LEVEL_FATAL, (byte) alert.code()},
                new byte[] {record[0], record[3], record[4], record[5], record[6]});
        assertEquals(RECORD_HEADER + 2, record.length);
    }
}
