package io.parktls.bench.jmh.stack;

import java.io.IOException;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;

/** A server on Bouncy Castle's low-level API. */
final class BouncyCastleServer extends AbstractTlsServer {
    private final Terms terms;
    private final Credentials credentials;

    /** Creates the credentials of the server for a connection. */
    @FunctionalInterface
    interface Credentials {
        TlsCredentials of(TlsCryptoParameters context) throws IOException;
    }

    BouncyCastleServer(TlsCrypto crypto, Terms terms, Credentials credentials) {
        super(crypto);
        this.terms = terms;
        this.credentials = credentials;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.TLSv13.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return TlsUtils.getSupportedCipherSuites(
                getCrypto(), new int[] {terms.suite().code()});
    }

    @Override
    public int[] getSupportedGroups() {
        return new int[] {terms.group().code()};
    }

    @Override
    public TlsCredentials getCredentials() throws IOException {
        return credentials.of(new TlsCryptoParameters(context));
    }
}
