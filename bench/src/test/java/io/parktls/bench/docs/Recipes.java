package io.parktls.bench.docs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsTrust;
import io.parktls.sockets.TlsServer;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.tls.TlsProtocol;

/** Fixtures of the tests that run the documents' recipes: an identity, contexts for it, and PEM. */
public final class Recipes {
    static final String HOST = "localhost";

    static final TlsIdentity IDENTITY = TlsIdentity.selfSigned(HOST);

    static final TlsContext SERVER = TlsContext.server(IDENTITY);

    static final TlsContext CLIENT = clientFor(IDENTITY);

    /** A free port of the loopback. */
    static final SocketAddress ANY_PORT = new InetSocketAddress(HOST, 0);

    private Recipes() {}

    /** A client that trusts the certificates of these identities and no other. */
    static TlsContext clientFor(TlsIdentity... identities) {
        X509Certificate[] certificates = new X509Certificate[identities.length];
        for (int i = 0; i < identities.length; i++) {
            certificates[i] = identities[i].chain().getFirst();
        }
        return TlsContext.builder().trust(TlsTrust.only(certificates)).build();
    }

    static int port(TlsServer server) {
        return server.port();
    }

    static String chainPem(TlsIdentity identity) {
        try {
            return pem("CERTIFICATE", identity.chain().getFirst().getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static String keyPem(TlsIdentity identity) {
        return pem("PRIVATE KEY", identity.privateKey().getEncoded());
    }

    /** Writes an identity as two files. */
    public static void writePem(TlsIdentity identity, Path chain, Path key) throws IOException {
        Files.writeString(chain, chainPem(identity));
        Files.writeString(key, keyPem(identity));
    }

    /** For a JVM of its own: the tests, the library, and the libraries that it needs. */
    static String classPath() {
        return Stream.of(
                        Recipes.class,
                        TlsServer.class,
                        TlsContext.class,
                        LogManager.class,
                        ASN1Object.class,
                        X509CertificateHolder.class,
                        TlsProtocol.class,
                        CMSObjectIdentifiers.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .map(location -> Path.of(URI.create(location.toString())).toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }
}
