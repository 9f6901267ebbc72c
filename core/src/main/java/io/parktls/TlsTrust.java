package io.parktls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** STUB: written by a helper. */
public final class TlsTrust {
    private TlsTrust() {}

    public static TlsTrust system() {
        return new TlsTrust();
    }

    public static TlsTrust pem(Path certificates) throws IOException {
        throw new UnsupportedOperationException();
    }

    public static TlsTrust of(KeyStore anchors) {
        throw new UnsupportedOperationException();
    }

    public static TlsTrust of(X509TrustManager manager) {
        throw new UnsupportedOperationException();
    }

    public static TlsTrust only(X509Certificate... pinned) {
        throw new UnsupportedOperationException();
    }

    public static TlsTrust insecure() {
        throw new UnsupportedOperationException();
    }

    public void verifyServer(List<X509Certificate> chain, String authType, @Nullable String host)
            throws TlsPeerUnverifiedException {
        throw new UnsupportedOperationException();
    }

    public void verifyClient(List<X509Certificate> chain, String authType) throws TlsPeerUnverifiedException {
        throw new UnsupportedOperationException();
    }

    public List<X500Principal> authorities() {
        throw new UnsupportedOperationException();
    }
}
