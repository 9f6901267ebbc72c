package io.parktls.sockets.jsse.contract;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Records the calls, and throws a failure if it has one. */
final class RecordingTrustManager extends X509ExtendedTrustManager {
    final ManagerCalls calls = new ManagerCalls();
    final List<X509Certificate[]> chains = new CopyOnWriteArrayList<>();
    final List<String> authTypes = new CopyOnWriteArrayList<>();
    private final @Nullable Exception failure;

    RecordingTrustManager(@Nullable Exception failure) {
        this.failure = failure;
    }

    private void check(String name, X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        calls.add(name, socket);
        chains.add(chain);
        authTypes.add(authType);
        switch (failure) {
            case CertificateException e -> throw e;
            case RuntimeException e -> throw e;
            case null, default -> {}
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check("checkClientTrusted with socket", chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check("checkServerTrusted with socket", chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check("checkClientTrusted with engine", chain, authType, null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check("checkServerTrusted with engine", chain, authType, null);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check("checkClientTrusted", chain, authType, null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check("checkServerTrusted", chain, authType, null);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[] {TestPki.ca(KeyKind.ECDSA_P256)};
    }
}
