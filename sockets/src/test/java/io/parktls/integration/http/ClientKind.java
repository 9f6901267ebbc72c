package io.parktls.integration.http;

import io.parktls.integration.http.OkHttpUnderTest.GrpcOverOkHttp;
import java.net.Proxy;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Protocol;

/** The HTTP clients of the JDK and of other projects, all of them over blocking sockets. */
enum ClientKind {
    URL_CONNECTION(false, SSLHandshakeException.class) {
        @Override
        HttpClientUnderTest open(TestTls tls, Duration readTimeout, Proxy proxy) {
            return new UrlConnectionUnderTest(tls, readTimeout, proxy);
        }
    },

    OKHTTP_HTTP_2(true, SSLPeerUnverifiedException.class) {
        @Override
        HttpClientUnderTest open(TestTls tls, Duration readTimeout, Proxy proxy) {
            return new OkHttpUnderTest(tls, readTimeout, proxy, List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
        }
    },

    OKHTTP_HTTP_1(false, SSLPeerUnverifiedException.class) {
        @Override
        HttpClientUnderTest open(TestTls tls, Duration readTimeout, Proxy proxy) {
            return new OkHttpUnderTest(tls, readTimeout, proxy, List.of(Protocol.HTTP_1_1));
        }
    },

    HTTP_CLIENT_5(false, SSLHandshakeException.class) {
        @Override
        HttpClientUnderTest open(TestTls tls, Duration readTimeout, Proxy proxy) {
            return new HttpClient5UnderTest(tls, readTimeout, proxy);
        }
    },

    /** Wire's gRPC client, which calls OkHttp. */
    GRPC_OVER_OKHTTP(true, SSLPeerUnverifiedException.class) {
        @Override
        HttpClientUnderTest open(TestTls tls, Duration readTimeout, Proxy proxy) {
            return new GrpcOverOkHttp(tls, readTimeout, proxy);
        }
    };

    private final boolean http2;
    private final Class<? extends Exception> wrongHost;

    ClientKind(boolean http2, Class<? extends Exception> wrongHost) {
        this.http2 = http2;
        this.wrongHost = wrongHost;
    }

    /** Returns a new client, which waits for an answer until the timeout, and goes through a proxy or not. */
    abstract HttpClientUnderTest open(TestTls tls, Duration readTimeout, Proxy proxy);

    HttpClientUnderTest open(TestTls tls, Duration readTimeout) {
        return open(tls, readTimeout, Proxy.NO_PROXY);
    }

    /** Returns whether the client can call the server: gRPC needs HTTP/2. */
    boolean canCall(ServerKind server) {
        return this != GRPC_OVER_OKHTTP || server.http2();
    }

    /** Returns the protocol that client and server agree on. */
    String protocol(ServerKind server) {
        return http2 && server.http2() ? "h2" : "http/1.1";
    }

    /**
     * Returns the exception for a certificate of another host. It is the handshake's where TLS verifies the host, and
     * the client's own where the client does so after the handshake, with its own {@code HostnameVerifier}.
     */
    Class<? extends Exception> wrongHost() {
        return wrongHost;
    }
}
