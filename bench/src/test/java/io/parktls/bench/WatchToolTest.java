package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
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
        TlsIdentity first = TlsIdentity.selfSigned("localhost");
        TlsIdentity second = TlsIdentity.selfSigned("localhost");
        Path trustFirst = write("first-ca.pem", certificate(first));
        Path trustSecond = write("second-ca.pem", certificate(second));
        Path chain = write("chain.pem", certificate(first));
        Path key = write("key.pem", key(first));
        Tool server = Tool.start(
                "serve", "0", "--watch", "--cert", chain.toString(), "--key", key.toString(), "--count", "2");
        Tool client = connect(server, trustFirst);
        assertEquals(0, client.exitCode(), client::toString);

        write("key.pem", key(second));
        write("chain.pem", certificate(second));
        server.awaitOut("certificate renewed, SHA-256 .*");
        Tool next = connect(server, trustSecond);
        assertEquals(0, next.exitCode(), next::toString);
        assertEquals(0, server.exitCode(), server::toString);
    }

    @Test
    void trustedAuthoritiesCanBeWatched() throws Exception {
        TlsIdentity identity = TlsIdentity.selfSigned("client.example");
        Path authorities = write("ca.pem", certificate(identity));
        Path chain = write("client.pem", certificate(identity) + key(identity));
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
        write("ca.pem", certificate(TlsIdentity.selfSigned("other.example")));
        server.awaitOut("authorities renewed");
        Tool refused = Tool.start(options);
        refused.exitCode();
        assertEquals(1, server.exitCode(), server::toString);
        assertTrue(server.err().contains("#2 from"), server::toString);
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

    private static String certificate(TlsIdentity identity) {
        try {
            return pem("CERTIFICATE", identity.chain().getFirst().getEncoded());
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    private static String key(TlsIdentity identity) {
        return pem("PRIVATE KEY", identity.privateKey().getEncoded());
    }

    private static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                + label + "-----\n";
    }
}
