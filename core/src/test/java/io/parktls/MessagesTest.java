package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.engine.bouncycastle.TokenProvider;
import java.io.IOException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages state what is wrong, the value that caused it, and what to do. */
class MessagesTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;

    // ---- names

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dns:127.0.0.1          | 127.0.0.1       | is for 127.0.0.1 (a DNS name that looks like an address), not for the IP address '127.0.0.1'
            dns:127.0.0.1          | 127.0.0.1       | it has no IP address among its subject alternative names
            dns:::1                | [::1]           | is for ::1 (a DNS name that looks like an address), not for the IP address '[::1]'
            localhost              | 127.0.0.1       | is for localhost, not for the IP address '127.0.0.1' (it has no IP address
            10.0.0.1               | 127.0.0.1       | is for 10.0.0.1, not for the IP address '127.0.0.1'
            127.0.0.1              | localhost       | is for 127.0.0.1, not for 'localhost'
            a.example              | b.example       | is for a.example, not for 'b.example'
            *.example.com          | a.b.example.com | not for 'a.b.example.com' (the asterisk stands for exactly one label
            *.example.com          | example.com     | not for 'example.com' (the asterisk stands for exactly one label
            *.com                  | example.com     | (the asterisk stands for exactly one label, and never for one directly below a top-level domain)
            ''                     | localhost       | is for no host, so not for 'localhost': it has no subject alternative names, and its common name does not count
            ''                     | localhost       | issued again with subjectAltName=DNS:localhost
            ''                     | 127.0.0.1       | issued again with subjectAltName=IP:127.0.0.1
            """)
    void certificatesForAnotherHost(String names, String host, String message) {
        TestCertificate.Builder builder = TestCertificate.of(KIND, "localhost");
        if (names.startsWith("dns:")) {
            builder.dnsName(names.substring(4));
        } else if (!names.isEmpty()) {
            builder.names(names);
        }
        List<X509Certificate> chain =
                List.of(builder.issuedBy(TestPki.authority(KIND)).certificate());
        assertMessage(
                "certificate 'CN=localhost' is for",
                message,
                assertThrows(
                        TlsPeerUnverifiedException.class, () -> TestPki.trust().verifyServer(chain, "UNKNOWN", host)));
    }

    // ---- trust

    @Test
    void emptyTrust() throws Exception {
        KeyStore empty = TestPki.keyStore(List.of());
        assertMessage("holds no certificate to trust", "trusted certificate entries", () -> TlsTrust.of(empty));
        KeyStore unloaded = KeyStore.getInstance("PKCS12");
        assertMessage("cannot be used", "call KeyStore.load first", () -> TlsTrust.of(unloaded));
        assertMessage("no certificate to pin", "TlsTrust.only needs at least one", TlsTrust::only);
    }

    @Test
    void untrustedAuthorities() {
        TlsTrust trust = TestPki.trust();
        assertMessage("no path leads", "intermediate certificates", refusal(trust, TestPki.unknownCa(KIND)));
        assertMessage("is self-signed and not trusted", "TlsTrust.only", refusal(trust, TestPki.selfSigned(KIND)));
        TlsTrust pinned = TlsTrust.only(TestPki.ca(KIND));
        assertMessage(
                "is not among the pinned certificates (1 in all)",
                "new certificate",
                refusal(pinned, TestPki.server(KIND)));
        assertMessage("key usage", "digitalSignature", refusal(trust, TestPki.wrongKeyUsage(KIND)));
        assertMessage("extended key usage", "serverAuth", refusal(trust, TestPki.wrongExtendedKeyUsage(KIND)));
    }

    /** Some providers' messages have several lines, or give the reason in a cause. */
    @Test
    void reasonsOfProvidersAreWhole() {
        Exception deep = new CertificateException(
                "path not valid", new IllegalStateException("directory says:\n  revoked by Jane\n  on Monday"));
        assertMessage(
                "is not accepted: path not valid: directory says:; revoked by Jane; on Monday", "", refused(deep));
        assertMessage("first line; second line", "", refused(new CertificateException("first line\r\nsecond line")));
        RuntimeException failure = new IllegalStateException("cannot ask", new IOException("host unknown"));
        assertMessage("the trust manager failed on certificate", "cannot ask: host unknown", refused(failure));
        String same = refused(new CertificateException(new IllegalStateException("only once")))
                .getMessage();
        assertEquals(same.indexOf("only once"), same.lastIndexOf("only once"), same);
    }

    // ---- identities

    @Test
    void keysThatDoNotFit() {
        TlsIdentity server = TestPki.server(KIND);
        PrivateKey other = TestPki.client(KIND).privateKey();
        X509Certificate[] chain = TestPki.chain(KIND, 2).chain().toArray(X509Certificate[]::new);
        assertMessage(
                "the EC private key does not match the certificate 'CN=test server'",
                "give the key that the certificate was requested with",
                () -> TlsIdentity.of(other, server.chain().getFirst()));
        assertMessage("does not match", "nor any of the 2 certificates after it", () -> TlsIdentity.of(other, chain));
        PrivateKey opaque = new TokenProvider().store(server.privateKey());
        assertMessage(
                "cannot sign with the private key of type EC",
                "Security.addProvider",
                () -> TlsIdentity.of(opaque, server.chain().getFirst()));
        assertMessage("no certificate", "at least its own", () -> TlsIdentity.of(other));
        assertMessage(
                "is not part of the chain",
                "leave it out",
                () -> TlsIdentity.of(server.privateKey(), server.chain().getFirst(), TestPki.ca(KeyKind.RSA_2048)));
        String openssh = TestPki.pem("OPENSSH PRIVATE KEY", new byte[50]);
        assertMessage(
                "OPENSSH PRIVATE KEY are not supported",
                "ssh-keygen",
                () -> TlsIdentity.pemText(TestPki.pem(server.chain()), openssh));
    }

    // ---- contexts

    @Test
    void contextsThatCannotWork() {
        assertMessage("no groups", "at least one", () -> TlsContext.builder().groups());
        assertMessage(
                "not a cipher suite for each of",
                "cipherSuites(...)",
                () -> TlsContext.builder()
                        .cipherSuites(CipherSuite.of("TLS_AES_128_GCM_SHA256"))
                        .protocols(TlsVersion.TLS_1_2)
                        .build());
        assertMessage(
                "needs trust(...)",
                "authorities",
                () -> TlsContext.builder().clientAuth(ClientAuth.REQUIRED).build());
        assertMessage("1 to 255 bytes", "not 0", () -> TlsContext.builder().applicationProtocols(""));
        assertMessage(
                "no key log",
                "Bouncy Castle engine",
                () -> TlsContext.builder()
                        .engine(TlsEngineProvider.jsse())
                        .keyLog(line -> {})
                        .build());
    }

    // ---- fixtures

    private static void assertMessage(String what, String action, LoadedIdentities.Load load) {
        assertMessage(what, action, assertThrows(IllegalArgumentException.class, load::load));
    }

    private static void assertMessage(String what, String action, Exception e) {
        assertTrue(e.getMessage().contains(what) && e.getMessage().contains(action), e::getMessage);
        assertFalse(e.getMessage().contains("\n"), e::getMessage);
    }

    private static TlsPeerUnverifiedException refusal(TlsTrust trust, TlsIdentity server) {
        return assertThrows(
                TlsPeerUnverifiedException.class, () -> trust.verifyServer(server.chain(), "UNKNOWN", "localhost"));
    }

    private static TlsPeerUnverifiedException refused(Exception reason) {
        return refusal(TlsTrust.of(new Refusing(reason)), TestPki.server(KIND));
    }

    private record Refusing(Exception reason) implements X509TrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            if (reason instanceof CertificateException refusal) {
                throw refusal;
            }
            throw (RuntimeException) reason;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
