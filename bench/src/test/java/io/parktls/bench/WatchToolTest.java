package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code parktls serve --watch}. */
@Timeout(900)
class WatchToolTest {
    @TempDir
    private Path directory;

    @Test
    void newConnectionsUseTheNewFiles() throws IOException {
        TlsIdentity first = TestPki.selfSigned(KeyKind.ECDSA_P256);
        TlsIdentity second = TlsIdentity.selfSigned("localhost");
        Path trustFirst = write("first-ca.pem", TestPki.pem(first.chain()));
        Path trustSecond = write("second-ca.pem", TestPki.pem(second.chain()));
        Path chain = write("chain.pem", TestPki.pem(first.chain()));
        Path key = write("key.pem", key(first));
        Tool server = Tool.start(
                "serve", "0", "--watch", "--cert", chain.toString(), "--key", key.toString(), "--count", "2");
        Tool client = connect(server, trustFirst);
        assertEquals(0, client.exitCode(), client::toString);

        write("key.pem", key(second));
        write("chain.pem", TestPki.pem(second.chain()));
        server.awaitOut("certificate renewed, SHA-256 .*");
        Tool next = connect(server, trustSecond);
        assertEquals(0, next.exitCode(), next::toString);
        assertEquals(0, server.exitCode(), server::toString);
    }

    @Test
    void trustedAuthoritiesAndKeyStoresCanBeWatched() throws Exception {
        TlsIdentity identity = TestPki.client(KeyKind.ECDSA_P256);
        Path authorities = write("ca.pem", TestPki.pem(List.of(TestPki.ca(KeyKind.ECDSA_P256))));
        Path chain = write("client.pem", TestPki.pem(identity.chain()) + key(identity));
        Tool server = Tool.start(
                "serve",
                "0",
                "--self-signed",
                "--watch",
                "--ca",
                authorities.toString(),
                "--client-auth",
                "required",
                "--count",
                "2");
        String[] options = {"connect", "localhost:" + server.port(), "--insecure", "--cert", chain.toString()};
        assertEquals(0, Tool.start(options).exitCode(), server::toString);
        write("ca.pem", TestPki.pem(List.of(TestPki.ca(KeyKind.ED25519))));
        server.awaitOut("authorities renewed");
        Tool refused = Tool.start(options);
        refused.exitCode();
        assertEquals(1, server.exitCode(), server::toString);
        assertTrue(server.err().contains("unknown_ca"), server::toString);
    }

    @Test
    void theOptionNeedsFiles() {
        Tool server = Tool.start("serve", "0", "--watch", "--self-signed");
        assertEquals(2, server.exitCode(), server::toString);
        assertTrue(server.err().contains("--watch needs --cert, --keystore or --ca"), server::toString);
    }

    private static Tool connect(Tool server, Path authorities) {
        return Tool.start("connect", "localhost:" + server.port(), "--ca", authorities.toString());
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static String key(TlsIdentity identity) {
        return TestPki.pem("PRIVATE KEY", identity.privateKey().getEncoded());
    }
}
