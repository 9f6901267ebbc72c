package io.parktls.platform;

import com.sun.net.httpserver.HttpServer;
import io.parktls.TestCertificate;
import io.parktls.TestContexts;
import io.parktls.TestOcsp;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsSession;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/** Handshakes with a server of the JDK that staples, in a JVM whose properties enable that. */
final class JdkStaplingChild {
    private JdkStaplingChild() {}

    /** Prints a line for each version: {@code ok}, or what the client received instead of the response. */
    public static void main(String[] arguments) throws Exception {
        HttpServer responder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        TestCertificate issuer = TestCertificate.of(KeyKind.ECDSA_P256, "intermediate")
                .authority()
                .issuedBy(TestPki.authority(KeyKind.ECDSA_P256));
        TestCertificate leaf = TestPki.goodServer(KeyKind.ECDSA_P256)
                .responder("http://127.0.0.1:" + responder.getAddress().getPort() + "/")
                .issuedBy(issuer);
        byte[] response = TestOcsp.of(leaf.certificate(), issuer).build();
        responder.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Content-Type", "application/ocsp-response");
            exchange.sendResponseHeaders(200, response.length);
            exchange.getResponseBody().write(response);
            exchange.close();
        });
        responder.start();
        try {
            TlsContext server = TlsContext.builder()
                    .engine(TlsEngineProvider.jsse())
                    .identity(leaf.identity())
                    .build();
            for (TlsVersion version : TlsVersion.values()) {
                TlsContext client = TestContexts.client(TlsEngineProvider.bouncyCastle(), version)
                        .requestStaples(true)
                        .build();
                TlsSession session =
                        MemoryHandshakes.run(client, server, TestContexts.HOST).session();
                List<byte[]> stapled = session.stapledResponses();
                boolean same = stapled.size() == 2 && Arrays.equals(response, stapled.getFirst());
                System.out.println(version.name() + (same ? " ok" : " " + stapled.size() + " responses"));
            }
        } finally {
            responder.stop(0);
        }
    }
}
