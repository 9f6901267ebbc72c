package io.parktls.sockets.jsse;

import io.parktls.TlsVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kinds of {@code SSLContext} that the provider offers. They differ in the versions that clients enable. */
enum ContextKind {
    /** Clients enable what {@code jdk.tls.client.protocols} lists, by default both versions. */
    TLS("TLS", null),
    /** Clients enable TLS 1.2 only. */
    TLS_1_2("TLSv1.2", List.of(TlsVersion.TLS_1_2)),
    /** Clients enable both versions, as in the JDK. */
    TLS_1_3("TLSv1.3", List.of(TlsVersion.TLS_1_3, TlsVersion.TLS_1_2)),
    /** As {@link #TLS}, with the managers of the system properties. */
    DEFAULT("Default", null);

    private final String algorithm;
    private final @Nullable List<TlsVersion> clientProtocols;

    ContextKind(String algorithm, @Nullable List<TlsVersion> clientProtocols) {
        this.algorithm = algorithm;
        this.clientProtocols = clientProtocols;
    }

    String algorithm() {
        return algorithm;
    }

    /** Returns the versions that clients enable; null for those of the system property. */
    @Nullable
    List<TlsVersion> clientProtocols() {
        return clientProtocols;
    }
}
