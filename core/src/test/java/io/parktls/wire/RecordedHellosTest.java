package io.parktls.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.NamedGroup;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import io.parktls.engine.EngineEnd;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests recorded ClientHellos of other TLS implementations: all of them are valid, and a server answers them. */
final class RecordedHellosTest {
    /** The name of the implementation, and the whole message. */
    record Recorded(String name, byte[] message) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Recorded> hellos() throws IOException {
        try (InputStream in = RecordedHellosTest.class.getResourceAsStream("/wire/hellos.tsv")) {
            assertNotNull(in);
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertTrue(lines.size() >= 10, () -> lines.size() + " hellos");
            return lines.stream()
                    .map(line -> line.split("\t"))
                    .map(fields -> new Recorded(fields[0], WireBytes.bytes(fields[1])));
        }
    }

    @ParameterizedTest
    @MethodSource("hellos")
    void reader(Recorded hello) throws TlsHandshakeException {
        assertEquals(Optional.empty(), Verdict.of(HandshakeReader.server(List.of(TlsVersion.values())), hello.message));
        ClientHello read = ClientHello.parse(hello.message, 4, hello.message.length - 4);
        for (TlsVersion version : TlsVersion.values()) {
            boolean accepted = Verdict.of(HandshakeReader.server(List.of(version)), hello.message)
                    .isEmpty();
            assertEquals(read.offers(version), accepted, version.standardName());
        }
        assertTrue(read.cipherSuites().length > 0);
    }

    @ParameterizedTest
    @MethodSource("hellos")
    void engines(Recorded hello) throws Exception {
        for (TlsEngineProvider provider : List.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())) {
            EngineEnd server = EngineEnd.server(TestContexts.server(provider)
                    .identity(TestPki.server(KeyKind.RSA_2048))
                    .groups(NamedGroup.X25519, NamedGroup.SECP256R1, NamedGroup.SECP521R1)
                    .build());
            server.receive(WireBytes.records(22, hello.message));
            server.handshake();
            assertEquals(HandshakeType.SERVER_HELLO, server.drain()[5], provider.name());
        }
    }
}
