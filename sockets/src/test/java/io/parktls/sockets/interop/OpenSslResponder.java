package io.parktls.sockets.interop;

import io.parktls.TestCertificate;
import io.parktls.TestOcsp;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The responder of {@code openssl ocsp}, for the certificates of a test authority. It signs with a certificate of its
 * own, to which the authority has delegated that.
 */
public final class OpenSslResponder implements AutoCloseable {
    private static final Pattern ACCEPT = Pattern.compile("ACCEPT \\S+:(\\d+)");

    private final ForeignPeer program;
    private final int port;

    /**
     * Starts the responder. It knows no certificates but those given.
     *
     * @param directory a directory for its files
     */
    public OpenSslResponder(
            Path directory, KeyKind authority, List<X509Certificate> valid, List<X509Certificate> revoked)
            throws IOException {
        TestCertificate signer = TestCertificate.of(authority, "Test responder")
                .purposes(TestOcsp.OCSP_SIGNING)
                .issuedBy(TestPki.authority(authority));
        PemFiles files = PemFiles.of(signer.identity());
        Path issuer = directory.resolve("issuer.pem");
        Files.writeString(issuer, TestPki.pem(List.of(TestPki.ca(authority))));
        Path index = directory.resolve("index.txt");
        StringBuilder lines = new StringBuilder();
        valid.forEach(certificate -> lines.append("V\t491231235959Z\t\t").append(entry(certificate)));
        revoked.forEach(certificate ->
                lines.append("R\t491231235959Z\t250101000000Z,keyCompromise\t").append(entry(certificate)));
        Files.writeString(index, lines);
        program = ForeignPeer.start(List.of(
                "openssl",
                "ocsp",
                "-port",
                "0",
                "-index",
                index.toString(),
                "-CA",
                issuer.toString(),
                "-rsigner",
                files.chain(),
                "-rkey",
                files.key(),
                "-ndays",
                "1"));
        port = Integer.parseInt(program.await(ACCEPT).group(1));
    }

    /** The columns serial number, file and subject of {@code index.txt}. Serial numbers have an even number of digits. */
    private static String entry(X509Certificate certificate) {
        String serial = certificate.getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
        return (serial.length() % 2 == 0 ? "" : "0") + serial + "\tunknown\t/CN=test\n";
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    @Override
    public void close() {
        program.close();
    }
}
