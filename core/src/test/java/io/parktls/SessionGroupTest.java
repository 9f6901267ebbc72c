package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.TestPki.KeyKind;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ends report the group of a session, in both versions. */
class SessionGroupTest {
    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (TlsEngineProvider client : List.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())) {
            for (TlsEngineProvider server : List.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())) {
                for (TlsVersion version : TlsVersion.values()) {
                    for (NamedGroup group : NamedGroup.all()) {
                        if (!group.isHybrid()) {
                            cases.add(Arguments.of(client, server, version, group));
                        }
                    }
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theGroupOfTheKeyExchange(
            TlsEngineProvider client, TlsEngineProvider server, TlsVersion version, NamedGroup group)
            throws IOException {
        ConnectionPair pair = new ConnectionPair(
                        // The client offers more groups, and sends key shares for another one.
                        TestContexts.client(client, TlsVersion.TLS_1_2, TlsVersion.TLS_1_3)
                                .build(),
                        // SunJSSE requires the curve of an ECDSA key among the groups.
                        TestContexts.server(server, version)
                                .identity(TestPki.server(KeyKind.RSA_2048))
                                .groups(group)
                                .build(),
                        Bio.pair(1 << 16))
                .handshake();

        assertEquals(version, pair.client().session().protocol());
        assertEquals(group, pair.client().session().group(), "client");
        assertEquals(group, pair.server().session().group(), "server");
    }

    /** The ServerKeyExchange follows certificates that take more than one record. */
    @Test
    void afterALongChain() throws IOException {
        ConnectionPair pair = new ConnectionPair(
                        TestContexts.client(TlsEngineProvider.bouncyCastle(), TlsVersion.TLS_1_2)
                                .build(),
                        TestContexts.server(TlsEngineProvider.bouncyCastle(), TlsVersion.TLS_1_2)
                                .identity(TestPki.chain(KeyKind.RSA_2048, 24))
                                .groups(NamedGroup.SECP384R1)
                                .build(),
                        Bio.pair(1 << 16))
                .handshake();

        assertEquals(NamedGroup.SECP384R1, pair.client().session().group(), "client");
        assertEquals(NamedGroup.SECP384R1, pair.server().session().group(), "server");
    }
}
