package io.parktls.revocation;

import static io.parktls.revocation.RevocationPki.KIND;
import static io.parktls.revocation.RevocationPki.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ClientAuth;
import io.parktls.ConnectionPair;
import io.parktls.TestCertificate;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsRevocation;
import io.parktls.TlsSessionCache;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions of peers whose certificate is revoked after the session began are not resumed. */
class RevokedSessionTest {
    private static final TestCertificate SERVER = TestPki.goodServer(KIND).issuedBy(ROOT);
    private static final TestCertificate CLIENT = TestCertificate.of(KIND, "test client")
            .purposes(TestCertificate.CLIENT_AUTH)
            .issuedBy(ROOT);

    @TempDir
    Path directory;

    private Path file;
    private TlsTrust checking;

    @BeforeEach
    void writeCrl() throws Exception {
        file = Files.write(directory.resolve("ca.crl"), TestCrl.of(ROOT).build().getEncoded());
        checking = RevocationPki.trust(TlsRevocation.crls(file));
    }

    private void revoke(TestCertificate certificate) throws Exception {
        Files.write(
                file, TestCrl.of(ROOT).revoke(certificate.certificate()).build().getEncoded());
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
    }

    private static ConnectionPair connect(TlsContext client, TlsContext server) throws IOException {
        ConnectionPair pair = new ConnectionPair(client, server, Bio.pair(20_000), 443).handshake();
        // The client reads the tickets with the data.
        pair.transfer(10);
        pair.shutdown();
        return pair;
    }

    private static TlsContext.Builder server(TlsVersion version) {
        return TestContexts.server(TlsEngineProvider.bouncyCastle(), version).identity(SERVER.identity());
    }

    private static TlsContext.Builder client(TlsVersion version) {
        return TestContexts.client(TlsEngineProvider.bouncyCastle(), version)
                .identity(CLIENT.identity())
                .trust(TestPki.trust(List.of(ROOT.certificate())))
                .sessionCache(TlsSessionCache.ofSize(10));
    }

    @ParameterizedTest
    @EnumSource
    void theServer(TlsVersion version) throws Exception {
        TlsContext server = server(version).build();
        TlsContext client = client(version).trust(checking).build();
        assertFalse(connect(client, server).client().session().resumed());
        assertTrue(connect(client, server).client().session().resumed());
        revoke(SERVER);
        TlsPeerUnverifiedException e = assertThrows(TlsPeerUnverifiedException.class, () -> connect(client, server));
        assertEquals(TlsAlert.CERTIFICATE_REVOKED, e.alert().orElseThrow());
    }

    @ParameterizedTest
    @EnumSource
    void theClient(TlsVersion version) throws Exception {
        TlsContext server =
                server(version).clientAuth(ClientAuth.REQUIRED).trust(checking).build();
        TlsContext client = client(version).build();
        assertFalse(connect(client, server).client().session().resumed());
        assertTrue(connect(client, server).client().session().resumed());
        revoke(CLIENT);
        SSLException e = assertThrows(SSLException.class, () -> connect(client, server));
        assertEquals(TlsAlert.CERTIFICATE_REVOKED, ((TlsFailure) e).alert().orElseThrow(), e.getMessage());
    }
}
