package io.parktls.sockets.jsse.engine.contract;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.sockets.jsse.contract.Credentials;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/** Managers that record which methods are called with which engine and in which thread. */
class RecordingManagers {
    /** A call of a manager. */
    record Call(String method, @Nullable SSLEngine engine, Thread thread, String session) {}

    final List<Call> calls = new CopyOnWriteArrayList<>();

    List<String> methods() {
        return calls.stream().map(Call::method).toList();
    }

    /** Returns the first call of a method, which has to be among the calls. */
    Call first(String method) {
        return calls.stream()
                .filter(call -> call.method().equals(method))
                .findFirst()
                .orElseThrow(() -> new AssertionError(method + " is not called, only " + methods()));
    }

    void add(String method, @Nullable SSLEngine engine) {
        SSLSession session = engine == null ? null : engine.getHandshakeSession();
        String text = session instanceof ExtendedSSLSession extended
                ? session.getProtocol() + " "
                        + extended.getRequestedServerNames().stream()
                                .map(name -> ((SNIHostName) name).getAsciiName())
                                .toList()
                : "none";
        calls.add(new Call(method, engine, Thread.currentThread(), text));
    }

    /** Returns a key manager that chooses like the one of the credentials. */
    Keys keys(Credentials credentials) {
        return new Keys(this, credentials.keyManager());
    }

    /** Returns a trust manager that trusts every chain. */
    Trust trust() {
        return new Trust(this, null);
    }

    /** Returns a trust manager that throws the failure. */
    Trust distrust(Exception failure) {
        return new Trust(this, failure);
    }

    /** A key manager. */
    @SuppressWarnings("NullAway") // JSSE's interfaces have no annotations, and null is an answer here.
    static final class Keys extends X509ExtendedKeyManager {
        private final RecordingManagers recording;
        private final X509KeyManager keys;

        Keys(RecordingManagers recording, X509KeyManager keys) {
            this.recording = recording;
            this.keys = keys;
        }

        @Override
        public @Nullable String chooseEngineClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            recording.add("chooseEngineClientAlias", engine);
            return keys.chooseClientAlias(types, issuers, null);
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            recording.add("chooseEngineServerAlias", engine);
            return keys.chooseServerAlias(type, issuers, null);
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            recording.add("chooseClientAlias", null);
            return keys.chooseClientAlias(types, issuers, socket);
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            recording.add("chooseServerAlias", null);
            return keys.chooseServerAlias(type, issuers, socket);
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
            return keys.getClientAliases(type, issuers);
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return keys.getServerAliases(type, issuers);
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            recording.add("getPrivateKey", null);
            return keys.getPrivateKey(alias);
        }
    }

    /** A trust manager. */
    static final class Trust extends X509ExtendedTrustManager {
        private final RecordingManagers recording;
        private final @Nullable Exception failure;

        Trust(RecordingManagers recording, @Nullable Exception failure) {
            this.recording = recording;
            this.failure = failure;
        }

        private void check(String method, @Nullable SSLEngine engine) throws CertificateException {
            recording.add(method, engine);
            switch (failure) {
                case CertificateException e -> throw e;
                case RuntimeException e -> throw e;
                case null, default -> {}
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            check("checkClientTrusted with engine", engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            check("checkServerTrusted with engine", engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            check("checkClientTrusted with socket", null);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            check("checkServerTrusted with socket", null);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check("checkClientTrusted", null);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check("checkServerTrusted", null);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {TestPki.ca(KeyKind.ECDSA_P256)};
        }
    }
}
