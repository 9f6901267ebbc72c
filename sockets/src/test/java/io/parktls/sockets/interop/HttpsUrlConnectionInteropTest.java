package io.parktls.sockets.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.jsse.TlsSocketFactory;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the JDK's HTTP client over our sockets with OpenSSL's HTTP server. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpsUrlConnectionInteropTest {
    @ParameterizedTest
    @EnumSource
    void opensslServer(TlsVersion version) throws Exception {
        PemFiles files = PemFiles.of(TestPki.server(KeyKind.RSA_2048));
        try (ForeignPeer server = ForeignPeer.start(List.of(
                "openssl",
                "s_server",
                "-www",
                "-accept",
                "127.0.0.1:0",
                "-cert",
                files.chain(),
                "-key",
                files.key()))) {
            URI uri = URI.create("https://localhost:" + OpenSsl.port(server) + "/");
            HttpsURLConnection connection = (HttpsURLConnection) uri.toURL().openConnection();
            connection.setSSLSocketFactory(
                    new TlsSocketFactory(TestContexts.client(TlsEngineProvider.bouncyCastle(), version)
                            .build()));
            connection.setConnectTimeout(60_000);
            connection.setReadTimeout(60_000);
            try (InputStream body = connection.getInputStream()) {
                assertEquals(200, connection.getResponseCode());
                assertEquals(
                        TestPki.server(KeyKind.RSA_2048).chain().getFirst(),
                        connection.getServerCertificates()[0]);
                String page = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(page.contains("New, " + version + ", Cipher is"), page);
            }
        }
    }
}
