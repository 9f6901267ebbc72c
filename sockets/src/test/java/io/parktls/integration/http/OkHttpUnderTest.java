package io.parktls.integration.http;

import com.squareup.wire.GrpcClient;
import com.squareup.wire.GrpcMethod;
import com.squareup.wire.ProtoAdapter;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** OkHttp, which layers TLS over a plain socket and verifies hosts by itself. */
class OkHttpUnderTest implements HttpClientUnderTest {
    private final OkHttpClient client;

    private volatile @Nullable SSLSession session;
    private volatile @Nullable String protocol;

    OkHttpUnderTest(TestTls tls, Duration readTimeout, Proxy proxy, List<Protocol> protocols) {
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .sslSocketFactory(tls.context().getSocketFactory(), tls.trustManager())
                .protocols(protocols)
                .connectTimeout(Duration.ofSeconds(60))
                .readTimeout(readTimeout)
                .writeTimeout(Duration.ofSeconds(60))
                .proxy(proxy)
                .addNetworkInterceptor(this::observe);
        if (!tls.verifyHost()) {
            builder.hostnameVerifier((host, session) -> true);
        }
        this.client = builder.build();
    }

    private Response observe(Interceptor.Chain chain) throws IOException {
        Connection connection = Objects.requireNonNull(chain.connection());
        session = ((SSLSocket) connection.socket()).getSession();
        protocol = connection.protocol().toString();
        return chain.proceed(chain.request());
    }

    @Override
    public HttpAnswer post(URI uri, byte[] body) throws IOException {
        Request request = new Request.Builder()
                .url(uri.toString())
                .post(RequestBody.create(body))
                .build();
        try (Response response = client.newCall(request).execute()) {
            return answer(response.body().bytes());
        }
    }

    /** Returns the answer with what the client last observed. The connections of one client are all of one kind. */
    HttpAnswer answer(byte[] body) {
        return new HttpAnswer(body, Objects.requireNonNull(protocol), Objects.requireNonNull(session));
    }

    OkHttpClient client() {
        return client;
    }

    @Override
    public void close() {
        client.connectionPool().evictAll();
        client.dispatcher().executorService().shutdown();
    }

    /** Wire's gRPC client. Each message is a string of bytes. */
    static final class GrpcOverOkHttp extends OkHttpUnderTest {
        GrpcOverOkHttp(TestTls tls, Duration readTimeout, Proxy proxy) {
            super(tls, readTimeout, proxy, List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
        }

        @Override
        public HttpAnswer post(URI uri, byte[] body) throws IOException {
            GrpcClient grpc = new GrpcClient.Builder()
                    .client(client())
                    .baseUrl(uri.resolve("/").toString())
                    .minMessageToCompress(Long.MAX_VALUE)
                    .build();
            ByteString answer = grpc.newCall(new GrpcMethod<>(uri.getPath(), ProtoAdapter.BYTES, ProtoAdapter.BYTES))
                    .executeBlocking(ByteString.of(body));
            return answer(answer.toByteArray());
        }
    }
}
